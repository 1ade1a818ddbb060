// One inference of the project's model in TensorFlow Lite Micro's interpreter, checked before the first
// run. deployed_model.h is in the project's src/, model_data.h is generated into its include/.

#include <thrum/tflm_engine.h>

#include "deployed_model.h"

using Engine = thrum::TflmEngine<thrum::DeployedModel>;

void setup() {
  Serial.begin(115200);
  const thrum::Status status = Engine::Begin();
  if (status != thrum::Status::kOk) {
    Serial.print("the interpreter refuses the model, status ");
    Serial.println(static_cast<int>(status));
    for (;;) {
    }
  }
}

void loop() {
  int8_t features[thrum::model::kInputSize] = {};
  int8_t scores[thrum::model::kOutputSize];
  if (Engine::Run(features, scores) == thrum::Status::kOk) {
    Serial.println(scores[0]);
  }
  delay(1000);
}
