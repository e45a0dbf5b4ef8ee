// The public schema of api/ as protobuf descriptors, compiled by protoc for the tests.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>

namespace bulkhead::wire::test {

// Everything that bulkhead/v1/record.proto needs.
class Schema {
 public:
  Schema();
  // nullptr if there is no such message, or no schema.
  const google::protobuf::Descriptor* message(const std::string& name) const;

 private:
  google::protobuf::DescriptorPool pool_;
};

// Every field of every message reachable from the root, one a line, sorted:
// "Deposit.amount = 4 string".
std::string listing(const google::protobuf::Descriptor& root);

// Content of a file under testdata/; written first when BULKHEAD_UPDATE_GOLDEN is set.
std::string read_or_update(const std::string& path, const std::string& actual);

// The first line in which two texts differ, empty if there is none.
std::string first_difference(const std::string& expected, const std::string& actual);

}  // namespace bulkhead::wire::test
