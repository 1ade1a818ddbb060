#include "line.h"

namespace thrum {

Line the_line;

}  // namespace thrum
