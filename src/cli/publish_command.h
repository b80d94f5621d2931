// `tabularium publish FILE`: a file becomes the next version of a dataset, over the API.
//
// Two steps, as on the pages: the file is uploaded and the server says what it found; once its
// publisher has confirmed that, it is published, complete or not at all.
#pragma once

#include <string>

#include "base/json.h"
#include "cli/api_client.h"
#include "cli/commands.h"

namespace cli {

struct PublishOptions {
  ServerOptions server;
  std::string path;     // of the file; empty with a draft
  std::string draft;    // one that was uploaded before
  std::string dataset;  // a slug, an id, or a short name of one's own body
  // Of a dataset that is to be made when there is none of that short name:
  std::string title;
  std::string description;
  std::string visibility = "private";
  bool confirm = false;      // as proposed
  std::string classes_path;  // a confirmation (docs/formats/dataset.md)
  bool json = false;
};

int RunPublish(const CommandContext& context, const PublishOptions& options);

// What is sent to publish: the publisher's document, if any, with every other column confirmed as
// it was proposed when `confirm`, and the version that the draft was compared with. kInvalid when
// the document is no object with an array of columns.
base::Result<base::Json> ConfirmationOf(const base::Json& draft, const base::Json& document,
                                        bool confirm);

}  // namespace cli
