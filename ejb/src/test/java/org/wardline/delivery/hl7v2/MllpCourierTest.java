package org.wardline.delivery.hl7v2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wardline.mapping.hl7.Answer;
import org.wardline.message.DeliveryOutcome;

class MllpCourierTest {
  @ParameterizedTest(name = "{0} with ERR {1} is {2}")
  @CsvSource({
    "AA, '',  Accepted",
    "CA, '',  Accepted",
    "AE, 102, Rejected",
    "AE, '',  Rejected",
    "AE, 206, Deferred",
    "AE, 207, Deferred",
    "AR, '',  Deferred",
    "AR, 200, Rejected",
    "AR, 207, Deferred",
    "CE, 101, Rejected",
    "CR, '',  Deferred",
    "XX, '',  Rejected"
  })
  void each_answer_has_one_meaning(String code, String error, String meaning) {
    DeliveryOutcome outcome = MllpCourier.outcome(new Answer(code, "C", "", error));
    assertThat(outcome.getClass().getSimpleName()).isEqualTo(meaning);
  }
}
