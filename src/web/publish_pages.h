// What a publisher does with a dataset: adds it, uploads a file, checks what was found, publishes
// it or takes the draft away. For everybody else these pages do not exist.
//
// Thread safety: like Desk. Uploading and publishing wait for a worker.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/dataset.h"
#include "web/confirmation.h"
#include "web/desk.h"
#include "web/draft_choices.h"
#include "web/route.h"

namespace web {

class PublishPages {
 public:
  explicit PublishPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

  // How much a request for one of these pages may bring.
  static std::uint64_t BodyLimit(http::Method method, std::string_view path);

 private:
  using Handled = base::Result<http::Response>;

  // publish_pages.cc
  Handled ShowNew(const http::Request& request, const PathParts& parts);
  Handled Create(const http::Request& request, const PathParts& parts);
  Handled ShowUpload(const http::Request& request, const PathParts& parts);
  Handled TakeUpload(const http::Request& request, const PathParts& parts);
  Handled ShowWithdraw(const http::Request& request, const PathParts& parts);
  Handled Withdraw(const http::Request& request, const PathParts& parts);
  [[nodiscard]] FormView NewForm(const Visitor& visitor) const;
  [[nodiscard]] FormPage NewPage() const;
  http::Response ShowUploadPage(const http::Request& request, const Visitor& visitor,
                                const catalogue::Dataset& dataset, const std::string& error);
  http::Response ShowRefusedFile(const Visitor& visitor, const catalogue::Dataset& dataset,
                                 const base::Error& error);

  // publish_check.cc
  Handled ShowCheck(const http::Request& request, const PathParts& parts);
  Handled Publish(const http::Request& request, const PathParts& parts);
  Handled ShowPublished(const http::Request& request, const PathParts& parts);

  // A draft of a dataset that the visitor publishes for.
  struct Target {
    Visitor visitor;
    catalogue::Dataset dataset;
    catalogue::Draft draft;
  };
  base::Result<catalogue::Dataset> RequireDataset(const Visitor& visitor, std::string_view slug);
  base::Result<Target> RequireDraft(const http::Request& request, const PathParts& parts);
  http::Response ShowCheckPage(const Target& target, const DraftChoices& choices,
                               const std::vector<ChoiceError>& errors, int status);
  base::Result<std::optional<catalogue::DatasetKey>> PreviousKey(const Target& target);
  base::Result<std::uint64_t> PublishChosen(const Target& target, const DraftChoices& choices);

  Desk& desk_;
};

}  // namespace web
