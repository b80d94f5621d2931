// Datasets as everybody may see them: the list, and one dataset with its columns and versions. What
// one may not know of is not found, in the bytes of what does not exist.
//
// Thread safety: like Desk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/dataset.h"
#include "web/desk.h"
#include "web/route.h"

namespace web {

class DatasetPages {
 public:
  explicit DatasetPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  Handled ShowList(const http::Request& request);
  Handled ShowDataset(const http::Request& request, std::string_view slug);
  // What a publisher has begun and not published: datasets without a version, and open drafts.
  base::Result<base::Json> OwnJson(const Visitor& visitor);
  base::Result<base::Json> VersionsJson(const Visitor& visitor, const catalogue::Dataset& dataset,
                                        std::uint64_t before);
  base::Result<base::Json> LatestJson(const Visitor& visitor, const catalogue::Dataset& dataset,
                                      std::uint64_t before);
  base::Result<base::Json> PublishingJson(const Visitor& visitor,
                                          const catalogue::Dataset& dataset);
  base::Result<base::Json> DraftsJson(const Visitor& visitor, const catalogue::Dataset& dataset);

  Desk& desk_;
};

// Whether the visitor publishes for the organisation that owns the dataset, or for their own.
bool IsPublisherOf(const Visitor& visitor, const catalogue::Dataset& dataset);
bool IsPublisher(const Visitor& visitor);
// Whether the visitor may begin a request for its rows: an explorer of another organisation.
bool MayAskFor(const Visitor& visitor, const catalogue::Dataset& dataset);

std::string UrlOf(const catalogue::Dataset& dataset);
std::string UrlOf(const catalogue::Dataset& dataset, const catalogue::DraftId& draft);

}  // namespace web
