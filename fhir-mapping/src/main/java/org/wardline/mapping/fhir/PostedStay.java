package org.wardline.mapping.fhir;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Identifier;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.EncounterDetails;
import org.wardline.message.InvalidMessageException;

/** A stay that a client sends as FHIR {@code Encounter}. */
public final class PostedStay {
  private static final Map<String, String> CLASSES =
      Map.of("IMP", "I", "AMB", "O", "EMER", "E", "PRENC", "P");

  private PostedStay() {}

  /**
   * What is told of it.
   *
   * @param key its number, when it comes without one
   */
  public static EncounterDetails details(Encounter posted, UUID key) {
    if (!posted.hasStatus()) {
      throw new InvalidMessageException("Encounter.status", "status is required");
    }
    Identifier number =
        numbers(posted)
            .findFirst()
            .orElseGet(
                () ->
                    new Identifier()
                        .setSystem(Systems.ROOT + "NamingSystem/encounter")
                        .setValue(key.toString()));
    PostedResources.bounded("Encounter.identifier", number.getValue());
    Encounter kept = posted.copy();
    kept.setSubject(null);
    String code = PostedResources.text(posted.getClass_().getCode());
    return new EncounterDetails(
        PostedResources.text(number.getSystem()),
        number.getValue(),
        posted.getStatus().toCode(),
        CLASSES.getOrDefault(code.toUpperCase(Locale.ROOT), code),
        null,
        PostedResources.instant(posted.getPeriod().getStart()),
        PostedResources.instant(posted.getPeriod().getEnd()),
        PostedResources.json(kept));
  }

  /** All numbers that it comes with: its own can be any of them. */
  public static List<BusinessIdentifier> names(Encounter posted) {
    return numbers(posted).map(i -> new BusinessIdentifier(i.getSystem(), i.getValue())).toList();
  }

  private static Stream<Identifier> numbers(Encounter posted) {
    return posted.getIdentifier().stream()
        .filter(i -> i.hasValue() && !i.getValue().isBlank() && i.hasSystem());
  }
}
