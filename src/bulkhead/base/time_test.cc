// Calendar and text of times.
#include "bulkhead/base/time.h"

#include <gtest/gtest.h>

#include <limits>

#include "bulkhead/base/random.h"

namespace bulkhead {
namespace {

TEST(Timestamp, KnownDates) {
  // date -u -d @... of GNU coreutils.
  EXPECT_EQ(to_string(Timestamp{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_string(from_unix_ms(1'584'009'900'000)), "2020-03-12T10:45:00Z");
  EXPECT_EQ(to_string(Timestamp{951'782'400'000'000'000}), "2000-02-29T00:00:00Z");
  EXPECT_EQ(to_string(Timestamp{-1}), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(to_string(from_unix_ms(1)), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(to_string(Timestamp{1'000}), "1970-01-01T00:00:00.000001Z");
  EXPECT_EQ(to_string(Timestamp{std::numeric_limits<std::int64_t>::max()}),
            "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(to_string(Timestamp{std::numeric_limits<std::int64_t>::min()}),
            "1677-09-21T00:12:43.145224192Z");
}

TEST(Timestamp, AcceptsThreeForms) {
  EXPECT_EQ(parse_timestamp("2020-03-12")->ns, 1'583'971'200'000'000'000);
  EXPECT_EQ(parse_timestamp("2020-03-12T10:45Z")->ns, 1'584'009'900'000'000'000);
  EXPECT_EQ(parse_timestamp("2020-03-12T10:45:00.5Z")->ns, 1'584'009'900'500'000'000);
  for (const char* text :
       {"", "2020", "2020-3-12", "2019-02-29", "2020-13-01", "2020-00-10", "2020-04-31",
        "2020-03-12T24:00Z", "2020-03-12T10:60Z", "2020-03-12T10:45:60Z", "2020-03-12T10:45:00",
        "2020-03-12 10:45:00Z", "2020-03-12T10:45:00+01:00", "2020-03-12T10:45:00.Z",
        "2020-03-12T10:45:00.1234567890Z", "2020-03-12T10:45:00ZZ", "2020-03-12Z", "1600-01-01",
        "2300-01-01"}) {
    EXPECT_FALSE(parse_timestamp(text).has_value()) << text;
  }
}

TEST(Timestamp, TextAndCalendarComeBack) {
  RandomStream random(5, 1);
  for (int i = 0; i < 5'000; ++i) {
    const Timestamp t{static_cast<std::int64_t>(random.next_u64()) / 2};
    ASSERT_EQ(parse_timestamp(to_string(t)), t) << t.ns;
    const Timestamp midnight = start_of_day(t);
    ASSERT_EQ(from_civil(civil_date(t)), midnight);
    ASSERT_LE(midnight, t);
    ASSERT_LT(t - midnight, days(1));
  }
}

TEST(Duration, Text) {
  EXPECT_EQ(to_string(Duration{}), "0s");
  EXPECT_EQ(to_string(hours(26)), "1d2h");
  EXPECT_EQ(to_string(seconds(90)), "1m30s");
  EXPECT_EQ(to_string(milliseconds(-250)), "-250ms");
  EXPECT_EQ(to_string(Duration{1'000'001}), "1ms1ns");
  EXPECT_EQ(*parse_duration("90s"), seconds(90));
  EXPECT_EQ(*parse_duration("8h"), hours(8));
  EXPECT_EQ(*parse_duration("-1d2h"), Duration{} - hours(26));
  for (const char* text : {"", "-", "8", "h", "2h1d", "1h1h", "1.5h", "8 h", "1w", "9999999d",
                           "9999999999999999999s", "8h "}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
}

TEST(Duration, TextComesBack) {
  RandomStream random(5, 2);
  for (int i = 0; i < 5'000; ++i) {
    const Duration d{static_cast<std::int64_t>(random.next_u64()) >> random.below(64)};
    ASSERT_EQ(parse_duration(to_string(d)), d);
  }
  const Duration least{std::numeric_limits<std::int64_t>::min()};
  EXPECT_EQ(parse_duration(to_string(least)), least);
}

}  // namespace
}  // namespace bulkhead
