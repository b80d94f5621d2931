// A verdict of the gateway check (docs/formats/verdict.md) as pages show it: each rule as a verdict
// word, a plain sentence, what to do, where it stands, how sure that is, and last its id.
//
// A verdict is read from its JSON, which is what is stored; what is not in it counts as absent. The
// template `verdict` shows all of it, `verdict_panel` what is open in a few lines. Pure; any
// thread.
#pragma once

#include <string>

#include "base/json.h"
#include "web/texts.h"

namespace web {

// "No rule refuses this", "2 rules refuse this", "Not checked yet". Of null: "Not checked yet".
std::string VerdictWords(const base::Json& verdict, const Texts& texts);
// "20 hold, 2 pieces of advice, 2 notes": what there is, the worst first. Empty of null.
std::string VerdictCounts(const base::Json& verdict, const Texts& texts);
// The same without what holds: "1 rule refuses, 2 pieces of advice". Empty where all hold.
std::string VerdictOpen(const base::Json& verdict, const Texts& texts);
// How many rules were checked.
std::uint64_t RulesChecked(const base::Json& verdict);
// Whether it stands and lets the request be sent.
bool LetsSend(const base::Json& verdict);

// What the templates `verdict` and `verdict_panel` need, as the member `verdict` of a view.
// `all_url` is the page with every rule; empty: no link.
base::Json VerdictView(const base::Json& verdict, const std::string& all_url, const Texts& texts);

}  // namespace web
