// What every repository is made from: the one door from a Transaction to its connection.
//
// A repository is a class with narrow methods over some tables. It derives from Repository, lives
// as long as the Transaction it was made from, and belongs to that Transaction's thread. Outside
// storage a Transaction opens nothing: Database is not complete there for any use.
#pragma once

#include "storage/store.h"

namespace storage {

class Repository {
 protected:
  explicit Repository(Transaction& transaction) : database_(transaction.database_) {}
  Database& database() { return database_; }

 private:
  Database& database_;
};

}  // namespace storage
