#include "exchange/extract_key.h"

#include "agreements/policy_compiler.h"
#include "base/canonical_json.h"
#include "base/check.h"
#include "base/json.h"

namespace exchange {

base::Digest ExtractKey(const ExtractKeyParts& parts) {
  using base::Json;
  Json::Items lists;
  if (parts.list) {
    lists.push_back(
        Json::Object({{"data", parts.list->data.Hex()}, {"schema", parts.list->schema.Hex()}}));
  }
  const auto text =
      base::WriteCanonicalJson(Json::Object({{"agreement", parts.agreement},
                                             {"compiler", agreements::kPolicyCompilerVersion},
                                             {"data", parts.dataset.data.Hex()},
                                             {"format", kExtractFormat},
                                             {"lists", Json::Array(std::move(lists))},
                                             {"policy", parts.policy.Hex()},
                                             {"schema", parts.dataset.schema.Hex()},
                                             {"token_key", parts.token_key_version}}));
  CHECK(text.has_value());  // no number of ours is beyond 2^53
  return base::Sha256(*text);
}

}  // namespace exchange
