// A baseline that outlives the power: what comes back, what is refused, and every moment at which the
// power may fail.

#include <string.h>

#include "../unity_main.h"
#include "thrum/detection/baseline_store.h"

using namespace thrum;

namespace {

const BaselineConfig kBaseline = {16, 64, 4, kOfWindows, 3, 240, 64};
const OperationConfig kOperation = {1, 1024, 384, 1, 2, 2, 2, 4};
const RecordHeader kOwner = {0, kRecordVersion, {'0', '1', '2'}, 4711, 3200, 16, 4, 1};
constexpr uint16_t kRecordSize = sizeof(RecordHeader) + sizeof(BaselineData) + 2;

constexpr uint16_t kForEver = UINT16_MAX;

// Memory that loses power after `writes_left` writes: the byte on the way becomes `torn`.
struct Memory {
  static uint8_t cells[2 * kSlotSize];
  static uint16_t writes_left;
  static uint8_t torn;

  static uint8_t Read(uint16_t at) { return cells[at]; }
  static void Write(uint16_t at, uint8_t value) {
    if (writes_left == 1) {
      cells[at] = static_cast<uint8_t>(torn ^ value);
    } else if (writes_left > 1) {
      cells[at] = value;
    }
    if (writes_left != 0 && writes_left != kForEver) {
      --writes_left;
    }
  }
  static void Flush() {}
};
uint8_t Memory::cells[2 * kSlotSize];
uint16_t Memory::writes_left;
uint8_t Memory::torn;

using Store = BaselineStore<Memory>;

Operation learned(kBaseline, kOperation);
Operation restored(kBaseline, kOperation);

void Learn(uint16_t level) {
  learned.Reset();
  for (uint8_t i = 0; i < 16; ++i) {
    const uint16_t row[4] = {level, static_cast<uint16_t>(level + 300 * (i & 1)), 100, 0};
    uint16_t averages[4];
    uint8_t z[4];
    (void)learned.Take(row, static_cast<uint16_t>(level / 4), averages, z);
  }
}

void SaveAll(Store* store) {
  store->Begin();
  while (store->Step(kOwner, learned)) {
  }
}

Stored Load(const RecordHeader& owner) {
  Store store;
  uint16_t windows = 0;
  restored.Reset();
  const Stored verdict = store.Find(owner, &windows);
  if (verdict == Stored::kRestored) {
    store.Load(&restored);
  }
  TEST_ASSERT_EQUAL_UINT16(verdict == Stored::kRestored ? 16 : 0, windows);
  return verdict;
}

void Expect(Stored wanted, Stored got) {
  TEST_ASSERT_EQUAL_UINT8(static_cast<uint8_t>(wanted), static_cast<uint8_t>(got));
}

// The level tells old from new; data from both would be a mixture.
void ExpectWhole(uint16_t level) {
  const BaselineData& data = restored.data(0);
  TEST_ASSERT_EQUAL_UINT16(level, data.mean[0]);
  TEST_ASSERT_EQUAL_UINT16(level / 4, restored.baseline().rms());
  TEST_ASSERT_TRUE(restored.baseline().ready());
  Learn(level);
  TEST_ASSERT_EQUAL_MEMORY(&learned.data(0), &data, sizeof(data));
}

void ComesBack() {
  Expect(Stored::kNothing, Load(kOwner));
  Store store;
  for (uint16_t round = 0; round < 600; ++round) {  // the sequence wraps at 254
    const uint16_t level = static_cast<uint16_t>(2000 + round % 5);
    Learn(level);
    SaveAll(&store);
    if (round % 50 < 2) {
      Expect(Stored::kRestored, Load(kOwner));
      ExpectWhole(level);
    }
  }
}

// So that a machine that runs for a few hours a day is learned all the same.
void ProgressComesBack() {
  Store store;
  Learn(2000);
  uint8_t stored = 0;
  for (uint16_t window = 0; window < 40; ++window) {
    const uint16_t row[4] = {2000, 2150, 100, 0};
    uint16_t averages[4];
    uint8_t z[4];
    (void)learned.Take(row, 500, averages, z);
    if (learned.completed()) {
      SaveAll(&store);
      stored = static_cast<uint8_t>(stored + 1);
    }
  }
  TEST_ASSERT_TRUE(stored >= 2);
  Expect(Stored::kRestored, Load(kOwner));
  TEST_ASSERT_TRUE(restored.baseline().growing());
  TEST_ASSERT_UINT16_WITHIN(kGrownStoredEvery, learned.baseline().left(),
                            restored.baseline().left());
}

void IsRefusedToOthers() {
  Store store;
  Learn(2000);
  SaveAll(&store);
  RecordHeader other = kOwner;
  other.model[11] = 'x';
  Expect(Stored::kModel, Load(other));
  other = kOwner;
  other.bands = 8;
  Expect(Stored::kModel, Load(other));
  other = kOwner;
  other.sensor = 4712;
  Expect(Stored::kSensor, Load(other));
  other = kOwner;
  other.rate_hz = 1600;
  Expect(Stored::kRate, Load(other));
  Memory::cells[1] = kRecordVersion + 1;
  Expect(Stored::kVersion, Load(kOwner));
}

void EveryFlippedBitIsNoticed() {
  Store store;
  Learn(2000);
  SaveAll(&store);
  for (uint16_t bit = 0; bit < 8 * kRecordSize; ++bit) {
    uint8_t* cell = &Memory::cells[bit / 8];
    *cell = static_cast<uint8_t>(*cell ^ 1u << bit % 8);
    TEST_ASSERT_FALSE(Load(kOwner) == Stored::kRestored);
    *cell = static_cast<uint8_t>(*cell ^ 1u << bit % 8);
  }
  Expect(Stored::kRestored, Load(kOwner));
}

// `torn`: what the interrupted write leaves behind, as a difference to what it should be.
void LosePowerEverywhere(uint8_t torn) {
  for (uint16_t writes = 0; writes < kRecordSize + 4; ++writes) {
    memset(Memory::cells, 255, sizeof(Memory::cells));
    Memory::writes_left = kForEver;
    Store store;
    Learn(1000);
    SaveAll(&store);
    Learn(2000);
    SaveAll(&store);
    Memory::writes_left = writes;
    Memory::torn = torn;
    Learn(3000);
    SaveAll(&store);
    Memory::writes_left = kForEver;
    Expect(Stored::kRestored, Load(kOwner));
    ExpectWhole(restored.data(0).mean[0] == 3000 ? 3000 : 2000);
    if (writes == kRecordSize + 3) {
      ExpectWhole(3000);
    }
    Store again;  // and the next one can be stored
    uint16_t windows;
    (void)again.Find(kOwner, &windows);
    Learn(4000);
    SaveAll(&again);
    Expect(Stored::kRestored, Load(kOwner));
    ExpectWhole(4000);
  }
}

void PowerFailsBetweenBytes() { LosePowerEverywhere(0); }
void PowerFailsWithinAByte() { LosePowerEverywhere(0x5A); }

void ForgetsOldAndNew() {
  for (uint16_t writes = 0; writes < 4; ++writes) {
    memset(Memory::cells, 255, sizeof(Memory::cells));
    Memory::writes_left = kForEver;
    Store store;
    Learn(1000);
    SaveAll(&store);
    Learn(2000);
    SaveAll(&store);
    Memory::writes_left = writes;
    Memory::torn = 0;
    store.Erase();
    const Stored verdict = Load(kOwner);
    if (verdict == Stored::kRestored) {
      ExpectWhole(2000);  // never the one before
    } else {
      Expect(Stored::kNothing, verdict);
    }
    Expect(writes < 2 ? Stored::kRestored : Stored::kNothing, verdict);
  }
}

void StopsHalfWay() {
  Store store;
  Learn(1000);
  SaveAll(&store);
  Learn(2000);
  store.Begin();
  (void)store.Step(kOwner, learned);
  store.Cancel();
  TEST_ASSERT_FALSE(store.busy());
  Expect(Stored::kRestored, Load(kOwner));
  ExpectWhole(1000);
}

void ComplainsOfRubbish() {
  uint32_t noise = 1;
  for (uint8_t round = 0; round < 20; ++round) {
    for (uint8_t& cell : Memory::cells) {
      noise = noise * UINT32_C(1664525) + UINT32_C(1013904223);
      cell = static_cast<uint8_t>(noise >> 24);
    }
    Memory::cells[1] = kRecordVersion;
    TEST_ASSERT_FALSE(Load(kOwner) == Stored::kRestored);
  }
}

}  // namespace

void setUp() {
  memset(Memory::cells, 255, sizeof(Memory::cells));
  Memory::writes_left = kForEver;
}
void tearDown() {}

void RunTests() {
  RUN_TEST(ComesBack);
  RUN_TEST(ProgressComesBack);
  RUN_TEST(IsRefusedToOthers);
  RUN_TEST(EveryFlippedBitIsNoticed);
  RUN_TEST(PowerFailsBetweenBytes);
  RUN_TEST(PowerFailsWithinAByte);
  RUN_TEST(ForgetsOldAndNew);
  RUN_TEST(StopsHalfWay);
  RUN_TEST(ComplainsOfRubbish);
}
