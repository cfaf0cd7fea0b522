package org.wardline.routing;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Category;
import org.wardline.message.MessageHeader;

/**
 * One rule: a message that fits goes to the destination. What is absent restricts nothing.
 *
 * @param destination name of a destination
 * @param categories kinds of message: {@code alert}, {@code notification}, {@code reminder}, {@code
 *     instruction}
 * @param units ward in which the patient is, or department of the author
 * @param classes class of the patient's stay (PV1-2, such as {@code I})
 * @param priorities {@code routine}, {@code urgent}, {@code asap}, {@code stat}
 * @param patient true: only messages about a patient; false: only those about none
 */
public record Route(
    String destination,
    @Nullable List<String> categories,
    @Nullable List<String> units,
    @Nullable List<String> classes,
    @Nullable List<String> priorities,
    @Nullable Boolean patient) {

  /**
   * A message, and what is known of its patient now.
   *
   * @param location {@code ward · room · bed}; empty when there is no patient, or he is nowhere
   * @param patientClass PV1-2 of the stay that is under way; empty when there is none
   */
  public record Subject(
      MessageHeader header, Category category, String location, String patientClass) {}

  boolean fits(Subject subject) {
    return within(priorities, subject.header().priority().code())
        && within(categories, subject.category().code())
        && within(classes, subject.patientClass())
        && inUnit(subject)
        && (patient == null || patient == (subject.header().patient() != null));
  }

  private boolean inUnit(Subject subject) {
    String ward = subject.location().split(" · ", 2)[0];
    return units == null
        || within(units, ward)
        || within(units, subject.header().author().department());
  }

  private static boolean within(@Nullable List<String> wanted, String value) {
    return wanted == null
        || (!value.isEmpty()
            && wanted.stream()
                .anyMatch(w -> w.toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT))));
  }
}
