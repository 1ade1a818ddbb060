#include "console/output.h"

#include "console/console.h"
#include "thrum/protocol/requests.h"

namespace thrum {

Line the_line;

void PutLine() { WriteLine(the_line.c_str()); }

void PutSealedLine() {
  Seal(&the_line);
  PutLine();
}

}  // namespace thrum
