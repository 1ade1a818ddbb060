#include "line.h"

namespace thrum {

Line& EmptyLine() {
  static Line line;
  line.Clear();
  return line;
}

}  // namespace thrum
