// Why a request is refused before any handler sees it, and the reply that says so. Values.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace http {

// Every refusal closes the connection: behind a message that cannot be understood nobody knows
// where the next one begins.
struct Refusal {
  int status = 400;         // 4xx or 5xx
  std::string_view reason;  // one sentence, a literal of the program
};

// The reply: a problem (RFC 9457) of type about:blank. It holds nothing of the request.
Response RefusalResponse(const Refusal& refusal);

}  // namespace http
