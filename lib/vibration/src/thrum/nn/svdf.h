#pragma once

// SVDF: a dense layer whose results of the last kMemory runs are weighted again, each filter by weights
// of its own. kRank filters make one output. The results are kept in a state that lasts; a run is a step
// in time.

#include <stdint.h>
#include <string.h>

#include "thrum/core/progmem.h"
#include "thrum/nn/count.h"
#include "thrum/nn/requantize.h"
#include "thrum/nn/target_kernel.h"

namespace thrum {

// For filter f:
//   result    = clamp(Requantize(feature_offset[f] + sum(feature[f][i] * input[i]), inner))   into State
//   sum(f)    = sum(time[f][j] * last results[j]), the newest last
// and for output k: clamp(Requantize(bias[k] + sum of kRank filters, outer) + output_zero)
template <typename StateType, Count kInputCount, Count kFilterCount, Count kMemoryCount,
          Count kRankCount>
struct SvdfLayer {
  using State = StateType;  // int8_t or int16_t
  static constexpr Count kInputs = kInputCount;
  static constexpr Count kFilters = kFilterCount;
  static constexpr Count kMemory = kMemoryCount;
  static constexpr Count kRank = kRankCount;
  static constexpr Count kOutputs = kFilterCount / kRankCount;

  int8_t feature[kFilterCount * kInputCount];
  int32_t feature_offset[kFilterCount];  // minus the input's zero point times the filter's weights
  StateType time[kFilterCount * kMemoryCount];
  int32_t bias[kFilterCount / kRankCount];
  int32_t inner_multiplier;  // Q31
  int8_t inner_shift;
  int32_t outer_multiplier;
  int8_t outer_shift;
  int8_t state_zero, output_zero;
};

template <typename Layer>
struct SvdfPortable {
  using Packed = decltype(Layer::Get());
  using State = typename Packed::State;

  static constexpr Packed Pack() { return Layer::Get(); }

  // state: kFilters * kMemory results, less their zero point; 0 before the first run.
  static void Run(const Packed& flash, const int8_t* input, State* state, int8_t* output) {
    memmove(state, state + 1, (Packed::kFilters * Packed::kMemory - 1) * sizeof(State));
    for (Count k = 0; k < Packed::kOutputs; ++k) {
      uint32_t sum = static_cast<uint32_t>(FlashRead(&flash.bias[k]));
      for (Count f = k * Packed::kRank; f < (k + 1) * Packed::kRank; ++f) {
        State* results = state + f * Packed::kMemory;
        results[Packed::kMemory - 1] = Result(flash, f, input);
        sum += OverTime(&flash.time[f * Packed::kMemory], results);
      }
      const int32_t scaled =
          Requantize(static_cast<int32_t>(sum), FlashRead(&flash.outer_multiplier),
                     FlashRead(&flash.outer_shift));
      output[k] = ClampToInt8(scaled + FlashRead(&flash.output_zero), -128, 127);
    }
  }

 private:
  static State Result(const Packed& flash, Count filter, const int8_t* input) {
    const int8_t* weights = &flash.feature[filter * Packed::kInputs];
    int32_t sum = FlashRead(&flash.feature_offset[filter]);
    for (Count i = 0; i < Packed::kInputs; ++i) {
      sum += static_cast<int16_t>(FlashRead(&weights[i])) * static_cast<int16_t>(input[i]);
    }
    const int32_t scaled =
        Requantize(sum, FlashRead(&flash.inner_multiplier), FlashRead(&flash.inner_shift));
    constexpr int32_t kMost = sizeof(State) == 1 ? INT8_MAX : INT16_MAX;
    return static_cast<State>(scaled > kMost ? kMost : scaled < -kMost - 1 ? -kMost - 1 : scaled);
  }

  // Modulo 2^32: with 16 bits TFLM's sums may wrap around.
  static uint32_t OverTime(const State* time, const State* results) {
    constexpr int8_t kZero = Layer::Get().state_zero;
    uint32_t sum = 0;
    for (Count j = 0; j < Packed::kMemory; ++j) {
      // As in TFLM an int8 result plus its zero point wraps around.
      const State value = static_cast<State>(results[j] + kZero);
      const int32_t product = static_cast<int32_t>(FlashRead(&time[j])) * (value - kZero);
      sum += static_cast<uint32_t>(product);
    }
    return sum;
  }
};

template <typename Layer, typename = Target>
struct SvdfKernel : SvdfPortable<Layer> {};

}  // namespace thrum
