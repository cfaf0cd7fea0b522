package org.wardline.routing;

import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wardline.delivery.Destinations;
import org.wardline.message.Destination;
import org.wardline.message.MessageHeader;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.JsonFile;
import org.wardline.setting.Settings;

/** Says which hospital systems a message is filed into. Nothing is filed unless a rule says so. */
@Singleton
public class Router {
  private static final String SETTING = "wardline.routing.file";
  private final List<Rule> rules;
  private final Destinations destinations;

  /**
   * One rule: a message that fits goes to the destination.
   *
   * @param destination name of a destination
   * @param priorities only these; absent: any
   * @param patient true: only messages about a patient; false: only those about none; absent: any
   */
  record Rule(String destination, @Nullable List<String> priorities, @Nullable Boolean patient) {
    boolean fits(MessageHeader header) {
      return (priorities == null || priorities.contains(header.priority().code()))
          && (patient == null || patient == (header.patient() != null));
    }
  }

  /**
   * Reads the rules.
   *
   * @throws InvalidSettingException when a rule names a destination that is not configured
   */
  @Inject
  public Router(Settings settings, Destinations destinations) {
    this.destinations = destinations;
    this.rules =
        settings
            .file(SETTING)
            .map(file -> JsonFile.read(SETTING, file, new TypeReference<List<Rule>>() {}))
            .orElse(List.of());
    for (Rule rule : rules) {
      if (destinations.named(rule.destination()).isEmpty()) {
        throw new InvalidSettingException(
            SETTING, "destination " + rule.destination() + " is not configured");
      }
    }
  }

  /** The destinations of a message, each once, in the order of the rules. */
  public List<Destination> route(MessageHeader header) {
    return rules.stream()
        .filter(rule -> rule.fits(header))
        .map(rule -> destinations.named(rule.destination()).orElseThrow())
        .distinct()
        .toList();
  }
}
