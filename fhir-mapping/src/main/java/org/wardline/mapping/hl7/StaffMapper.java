package org.wardline.mapping.hl7;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.hl7.Segments.Fields;
import org.wardline.message.Mapped.Problem;
import org.wardline.message.StaffRecord;

/**
 * MFN^M02: each MFE with its STF and PRA is somebody who works here (v2.5.1 section 15.4; the
 * v2-to-FHIR guide has no map for it, so this one is ours).
 */
final class StaffMapper {
  private static final Set<String> GONE = Set.of("MDC", "MDL");

  private final List<Problem> problems;

  StaffMapper(List<Problem> problems) {
    this.problems = problems;
  }

  List<StaffRecord> map(Segments message) {
    List<StaffRecord> staff = new ArrayList<>();
    Fields mfe = null;
    Fields stf = null;
    Fields pra = null;
    for (Fields segment : message.all()) {
      switch (segment.name()) {
        case "MFE" -> {
          add(staff, mfe, stf, pra);
          mfe = segment;
          stf = null;
          pra = null;
        }
        case "STF" -> stf = segment;
        case "PRA" -> pra = segment;
        default -> {
          // counted elsewhere
        }
      }
    }
    add(staff, mfe, stf, pra);
    return staff;
  }

  private void add(
      List<StaffRecord> staff, @Nullable Fields mfe, @Nullable Fields stf, @Nullable Fields pra) {
    if (mfe == null) {
      return;
    }
    Fields person = stf == null ? Fields.NONE : stf;
    Fields practitioner = pra == null ? Fields.NONE : pra;
    String key = Sender.firstOf(person.get(1), mfe.get(4));
    if (key.isEmpty()) {
      problems.add(
          new Problem("STF^1^1", Hl7Fault.REQUIRED_MISSING, "A person without key was left out"));
      return;
    }
    boolean active =
        !GONE.contains(mfe.get(1).toUpperCase(Locale.ROOT)) && !person.get(7).equals("I");
    staff.add(
        new StaffRecord(
            key,
            Stream.concat(Stream.of(key), person.values(2).stream().map(Value::text))
                .filter(n -> !n.isEmpty())
                .distinct()
                .toList(),
            person.get(3),
            Stream.of(person.get(3, 2), person.get(3, 3))
                .filter(n -> !n.isEmpty())
                .reduce((a, b) -> a + " " + b)
                .orElse(""),
            Sender.firstOf(person.get(18), text(practitioner.value(3)), text(person.value(4))),
            Sender.firstOf(text(person.value(8)), practitioner.get(5)),
            person.values(10).stream()
                .map(v -> Sender.firstOf(v.c(12), v.c(1), v.c(8), v.c(7)))
                .filter(n -> !n.isEmpty())
                .findFirst()
                .orElse(""),
            active));
  }

  /** The text of a code, or the code itself. */
  private static String text(Value value) {
    return Sender.firstOf(value.c(2), value.c(1));
  }
}
