// The master key of a home: wraps what must not stand bare in the store. See docs/formats/home.md.
//
// Thread safety: any thread, as the World's randomness. The key is wiped when the object goes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "agreements/token_keys.h"
#include "base/result.h"
#include "base/world.h"
#include "storage/store.h"

namespace cli {

inline constexpr std::string_view kMasterKeyName = "keys/master-key.json";

class MasterKey final : public agreements::TokenKeyWrapping {
 public:
  // The key of a home, which is made, durable, when there is none. kDamaged when the store holds
  // what only a key opens that is not there, or a file that is no key.
  static base::Result<std::unique_ptr<MasterKey>> Open(base::World& world, const std::string& home,
                                                       storage::Store& store);
  MasterKey(const MasterKey&) = delete;
  MasterKey& operator=(const MasterKey&) = delete;
  ~MasterKey() override;

  std::string Wrap(const agreements::TokenKeyName& name, std::string_view key) override;
  base::Result<std::string> Unwrap(const agreements::TokenKeyName& name,
                                   std::string_view wrapped) override;

 private:
  MasterKey(base::Randomness& randomness, std::string path, std::string key)
      : randomness_(randomness), path_(std::move(path)), key_(std::move(key)) {}

  base::Randomness& randomness_;
  const std::string path_;
  std::string key_;
};

// Wraps the keys of agreements that stand bare in the store of a home from before, makes sure that
// nothing of them is left in its folder, and tries all keys.
base::Result<void> WrapHomeKeys(base::Files& files, const std::string& home, storage::Store& store,
                                MasterKey& master_key);

}  // namespace cli
