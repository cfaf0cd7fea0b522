package org.wardline.alert;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.wardline.alert.CriticalResults.Open;
import org.wardline.alert.CriticalResults.Told;
import org.wardline.compose.Draft;
import org.wardline.compose.OwnVoice;
import org.wardline.compose.Submissions;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.directory.OnDuty;
import org.wardline.directory.OnDuty.Found;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Category;
import org.wardline.message.MessageContent;
import org.wardline.message.Priority;
import org.wardline.routing.UnitRoles;

/**
 * Tells whoever is on duty, by a message like any other: sealed, with receipts, filed, on record.
 */
@Singleton
class Alerting {
  private static final String CLIENT = "wardline-critical-results";
  private static final String SYSTEM = "https://wardline.org/fhir/NamingSystem/critical-result";

  private static final int LONGEST = 8000;

  private final CriticalResults results;
  private final UnitRoles units;
  private final OnDuty duty;
  private final OwnVoice voice;
  private final Submissions submissions;

  @Inject
  Alerting(
      CriticalResults results,
      UnitRoles units,
      OnDuty duty,
      OwnVoice voice,
      Submissions submissions) {
    this.results = results;
    this.units = units;
    this.duty = duty;
    this.voice = voice;
    this.submissions = submissions;
  }

  /** Who is on duty in one round: a burst of results asks once for each unit. */
  final class Watch {
    private final Map<Unit, Optional<Found>> known = new ConcurrentHashMap<>();

    private record Unit(UUID organization, String role) {}

    /** Empty when nobody is, not even at the switchboard. */
    private Optional<Found> over(Open alert) {
      String role = units.of(alert.location()).orElse("");
      var unit = new Unit(alert.organization(), role);
      Optional<Found> found = known.get(unit);
      if (found == null) { // by several at once: none waits for another one's look
        found = duty.find(unit.organization(), role.isEmpty() ? null : role);
        known.put(unit, found);
      }
      return found;
    }
  }

  /** One that knows nothing yet. */
  Watch watch() {
    return new Watch();
  }

  /**
   * Tells somebody. Submitted under a name of its own: an attempt whose end was lost is not sent
   * twice.
   *
   * @return empty when nobody is on duty, not even at the switchboard
   */
  Optional<Told> tell(Open alert, Watch watch, Instant now) {
    Optional<Found> found = watch.over(alert);
    if (found.isEmpty()) {
      results.failed(alert, "nobody is on duty");
      return Optional.empty();
    }
    Submitted submitted =
        submissions.submit(
            voice.of(alert.organization(), CLIENT, "Critical results", alert.id().toString(), now),
            draft(alert, found.get()));
    return Optional.of(new Told(alert, found.get().role().code(), submitted.messageId()));
  }

  private static Draft draft(Open alert, Found found) {
    var text = new StringBuilder("Critical result from ").append(alert.source()).append(":\n");
    int shown = 0;
    for (String finding : alert.findings()) {
      if (text.length() + finding.length() > LONGEST) {
        break;
      }
      text.append(clean(finding)).append('\n');
      shown++;
    }
    if (shown < alert.findings().size()) {
      text.append(alert.findings().size() - shown).append(" more: see the results.\n");
    }
    if (!found.passed().isEmpty()) {
      text.append("\nVacant now, so that it goes to ")
          .append(found.role().name())
          .append(": ")
          .append(String.join(", ", found.passed()))
          .append('.');
    }
    return new Draft(
        null,
        alert.patient(),
        "Critical result",
        List.of(found.role().party()),
        Category.ALERT,
        Priority.STAT,
        new MessageContent(text.toString().strip()),
        null,
        null,
        false,
        List.of(new BusinessIdentifier(SYSTEM, alert.id().toString())));
  }

  /** A stranger's text: no half characters. */
  private static String clean(String text) {
    return text.codePoints()
        .filter(c -> c != 0 && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
