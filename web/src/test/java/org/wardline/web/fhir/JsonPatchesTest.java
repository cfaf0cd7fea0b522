package org.wardline.web.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.api.PatchTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.List;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPatchesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "7",
        "[7]",
        "[{}]",
        "[{\"op\":\"replace\"}]",
        "[{\"op\":\"replace\",\"path\":\"/status\"}]",
        "[{\"op\":\"replace\",\"path\":\"status\",\"value\":\"final\"}]",
        "[{\"op\":\"change\",\"path\":\"/status\",\"value\":\"final\"}]",
        "[{\"op\":\"copy\",\"path\":\"/status\"}]",
        "[{\"op\":1,\"path\":2}]",
        "[{\"op\":\"remove\",\"path\":\"/status\"}",
      })
  void what_is_no_patch_is_refused(String patch) {
    assertThatThrownBy(() -> apply(patch)).isInstanceOf(InvalidRequestException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"op\":\"remove\",\"path\":\"/nothing\"}]",
        "[{\"op\":\"replace\",\"path\":\"/category/7\",\"value\":{}}]",
        "[{\"op\":\"replace\",\"path\":\"/category/x\",\"value\":{}}]",
        "[{\"op\":\"add\",\"path\":\"/category/-1\",\"value\":{}}]",
        "[{\"op\":\"add\",\"path\":\"/status/deeper\",\"value\":1}]",
        "[{\"op\":\"move\",\"from\":\"/code\",\"path\":\"/code/text\"}]",
        "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"final\"},{\"op\":\"remove\",\"path\":\"/status\"}]",
        "[{\"op\":\"replace\",\"path\":\"\",\"value\":[]}]",
        "[{\"op\":\"replace\",\"path\":\"\",\"value\":\"x\"}]",
        "[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"resourceType\":\"Patient\"}}]",
        "[{\"op\":\"remove\",\"path\":\"\"}]",
        "[{\"op\":\"replace\",\"path\":\"/id\",\"value\":\"2\"}]",
        "[{\"op\":\"replace\",\"path\":\"/resourceType\",\"value\":\"Patient\"}]",
        "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"nonsense\"}]",
        "[{\"op\":\"add\",\"path\":\"/colour\",\"value\":\"red\"}]",
      })
  void what_does_not_fit_is_refused_without_repeating_what_is_kept(String patch) {
    assertThatThrownBy(() -> apply(patch))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageNotContaining("Secret");
  }

  @Test
  void what_doubles_without_end_is_refused() {
    String add = "[{\"op\":\"add\",\"path\":\"/category\",\"value\":[{\"text\":\"a\"}]}";
    String copy = ",{\"op\":\"copy\",\"from\":\"/category\",\"path\":\"/category/-\"}";
    for (String patch :
        List.of(
            add + copy.repeat(31) + "]",
            add + ",{\"op\":\"test\",\"path\":\"/status\",\"value\":1}".repeat(200) + "]",
            "[{\"op\":\"add\",\"path\":\"/note\",\"value\":\"" + "x".repeat(100_000) + "\"}]")) {
      assertThatThrownBy(() -> apply(patch)).isInstanceOf(InvalidRequestException.class);
    }
  }

  @Test
  void operations_take_effect_one_after_the_other() {
    Observation patched =
        apply(
            "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"preliminary\"},{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"final\"},"
                + "{\"op\":\"add\",\"path\":\"/category\",\"value\":[{\"text\":\"b\"}]},{\"op\":\"add\",\"path\":\"/category/0\",\"value\":{\"text\":\"a\"}},"
                + "{\"op\":\"copy\",\"from\":\"/category/1\",\"path\":\"/category/-\"},{\"op\":\"remove\",\"path\":\"/category/1\"}]");
    assertThat(patched.getStatus()).isEqualTo(ObservationStatus.FINAL);
    assertThat(patched.getCategory()).extracting(c -> c.getText()).containsExactly("a", "b");
    assertThat(patched.getCode().getText()).isEqualTo("Secret");
  }

  @Test
  void other_kinds_of_patches_are_named() {
    assertThatThrownBy(() -> JsonPatches.apply(now(), PatchTypeEnum.XML_PATCH, "<diff/>"))
        .isInstanceOf(UnclassifiedServerFailureException.class)
        .hasMessageContaining("application/json-patch+json");
  }

  private static Observation apply(String patch) {
    return (Observation) JsonPatches.apply(now(), PatchTypeEnum.JSON_PATCH, patch);
  }

  private static Observation now() {
    var now = new Observation();
    now.setId("Observation/1");
    now.setStatus(ObservationStatus.PRELIMINARY);
    now.getCode().setText("Secret");
    return now;
  }
}
