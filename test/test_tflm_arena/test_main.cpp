// The tensor arena: the header's size suffices, one byte less than the smallest that works does not.

#include <stdio.h>

#include "../tflm_suite.h"

using namespace thrum;

namespace {

Status Begin(size_t arena_size) {
  static tflm::Session session;
  return session.Begin(DeployedModel::Facts(), CompleteResolver(), arena, arena_size);
}

bool Fits(size_t arena_size) {
  const Status status = Begin(arena_size);
  TEST_ASSERT_TRUE(status == Status::kOk || status == Status::kArenaTooSmall);
  return status == Status::kOk;
}

// Downwards in small steps from the header's value: TFLM notices an arena that is a little too small
// and dies of many that are much too small.
size_t SmallestArena() {
  size_t size = model::kTensorArenaSize;
  for (size_t step = 16; step != 0; step /= 16) {
    while (Fits(size - step)) {
      size -= step;
    }
  }
  return size;
}

void RefusesAnArenaOneByteShort() {
  const size_t smallest = SmallestArena();
  char sizes[64];
  snprintf(sizes, sizeof(sizes), "smallest arena %u, header %u", static_cast<unsigned>(smallest),
           static_cast<unsigned>(model::kTensorArenaSize));
  TEST_MESSAGE(sizes);
  TEST_ASSERT_LESS_OR_EQUAL(model::kTensorArenaSize, smallest);
  ExpectStatus(Status::kOk, Begin(smallest));
  ExpectStatus(Status::kArenaTooSmall, Begin(smallest - 1));
}

// TFLM does not check whether its own bookkeeping fits; the session does.
void RefusesAnArenaThatIsAJoke() {
  for (size_t size = 0; size < tflm::kSmallestArena; ++size) {
    ExpectStatus(Status::kArenaTooSmall, Begin(size));
  }
}

}  // namespace

void RunTests() {
  RUN_TEST(RefusesAnArenaOneByteShort);
  RUN_TEST(RefusesAnArenaThatIsAJoke);
}
