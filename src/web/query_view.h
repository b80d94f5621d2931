// What stands around a query on its page: the columns that one may ask for, and sentences on time
// and state. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agreements/agreement.h"
#include "agreements/policy_compiler.h"
#include "base/json.h"
#include "web/texts.h"

namespace web {

// Members of the template `query`: the columns with their forms, how many of them are the dataset's
// and how many carried, and how many of `all` columns of the dataset are not given.
base::Json::Members QueryColumnsJson(const agreements::Policy& policy,
                                     const std::vector<agreements::OutputColumn>& columns,
                                     std::size_t all, const Texts& texts);

// Why nothing can be asked at present; empty in force.
std::string StandstillWords(const agreements::Agreement& agreement, const Texts& texts);

// "41 milliseconds", "12 seconds"
std::string ElapsedWords(std::int64_t ms, const Texts& texts);

}  // namespace web
