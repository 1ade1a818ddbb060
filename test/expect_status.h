#pragma once

// Compares statuses by their sentences, so that a failure reads as one.

#include <unity.h>

#include "thrum/core/status.h"

inline void ExpectStatus(thrum::Status expected, thrum::Status actual) {
  TEST_ASSERT_EQUAL_STRING(thrum::Explain(expected), thrum::Explain(actual));
}
