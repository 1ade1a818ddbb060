#include "thrum/dsp/velocity.h"

#include <string.h>

#include "thrum/core/fixed_point.h"
#include "thrum/core/progmem.h"

namespace thrum {
namespace {

constexpr uint16_t kFar = 16;  // the first bin of the far ones

// Where the half octaves of step 2 begin, and the end.
const uint16_t kGroups[] THRUM_FLASH = {16, 23, 32, 46, 64, 91, 128, 182, 256, 363, 512};

uint32_t Power(const int16_t* powers) {
  uint32_t power;
  memcpy(&power, powers, sizeof(power));
  return power;
}

// The part of [start, end) that counts.
struct Part {
  uint16_t first;
  uint8_t count;
};

Part Counted(const VelocityConfig& config, uint16_t start, uint16_t end) {
  const uint16_t first = config.first > start ? config.first : start;
  const uint16_t past = config.last < end ? static_cast<uint16_t>(config.last + 1) : end;
  return {first, static_cast<uint8_t>(past > first ? past - first : 0)};
}

uint32_t Near(const VelocityConfig& config, const uint16_t* weights, const int16_t* powers) {
  uint32_t total = 0;
  for (uint8_t start = kFar / 2; start > 1; start >>= 1) {
    const Part part = Counted(config, start, static_cast<uint16_t>(2 * start));
    total >>= 2;
    if (part.count != 0) {
      total += weigh::WeighNear(powers + 2 * part.first, weights + part.first, part.count);
    }
  }
  return total;
}

uint32_t Far(const VelocityConfig& config, const uint8_t* weights, const int16_t* powers) {
  uint32_t total = 0;
  uint16_t end = FlashRead(kGroups + sizeof(kGroups) / sizeof(*kGroups) - 1);
  for (uint8_t i = sizeof(kGroups) / sizeof(*kGroups) - 1; i-- != 0;) {
    const uint16_t start = FlashRead(kGroups + i);
    const Part part = Counted(config, start, end);
    end = start;
    total >>= 1;
    if (part.count != 0) {
      total += weigh::WeighFar(powers + 2 * part.first, weights + part.first - kFar, part.count);
    }
  }
  return total;
}

}  // namespace

namespace portable {

uint32_t WeighNear(const int16_t* powers, const uint16_t* weights, uint8_t count) {
  uint64_t sum = 0;
  for (; count != 0; --count, powers += 2, ++weights) {
    sum += uint64_t{Power(powers) >> 2} * FlashRead(weights);
  }
  return static_cast<uint32_t>(sum >> 16);
}

uint32_t WeighFar(const int16_t* powers, const uint8_t* weights, uint8_t count) {
  uint64_t sum = 0;
  for (; count != 0; --count, powers += 2, ++weights) {
    sum += uint64_t{Power(powers) >> 8} * FlashRead(weights);
  }
  return static_cast<uint32_t>(sum >> 8);
}

}  // namespace portable

uint16_t Velocity(const VelocityConfig& config, const VelocityWeights& weights,
                  const int16_t* powers, int8_t exponent) {
  const uint32_t sum = Near(config, weights.near, powers) + Far(config, weights.far, powers);
  if (sum == 0) {
    return 0;
  }
  const uint8_t up = static_cast<uint8_t>((32 - BitLength(sum)) & ~1);
  const uint32_t product = static_cast<uint32_t>(SquareRoot(sum << up)) * config.mantissa;
  const int16_t down = static_cast<int16_t>(up / 2 - exponent / 2 - config.exponent);
  if (down > 32) {
    return 0;
  }
  if (down < 16) {  // the product has 31 or 32 bits
    return UINT16_MAX;
  }
  const uint32_t rounded = (product >> (down - 1)) + 1;
  return rounded >= UINT32_C(1) << 17 ? UINT16_MAX : static_cast<uint16_t>(rounded >> 1);
}

}  // namespace thrum
