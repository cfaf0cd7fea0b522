package org.wardline.delivery;

import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Destination;
import org.wardline.message.Destination.FhirEndpoint;
import org.wardline.message.Destination.Label;
import org.wardline.message.Destination.MllpEndpoint;
import org.wardline.message.Destination.Ordering;
import org.wardline.message.Destination.Profile;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.JsonFile;
import org.wardline.setting.Settings;

/** The hospital systems that the operator listed ({@code wardline.destinations.file}). */
@Singleton
public class Destinations {
  private static final String SETTING = "wardline.destinations.file";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private final Map<String, Destination> byName = new LinkedHashMap<>();

  /** One entry of the file. */
  record Entry(
      String name,
      @Nullable String display,
      @Nullable String ordering,
      @Nullable String owner,
      @Nullable String fhir,
      @Nullable String host,
      int port,
      @Nullable String timeout,
      int perSecond,
      @Nullable Profile profile) {}

  /**
   * Reads the list.
   *
   * @throws InvalidSettingException when an entry cannot be used
   */
  @Inject
  public Destinations(Settings settings) {
    settings
        .file(SETTING)
        .map(file -> JsonFile.read(SETTING, file, new TypeReference<List<Entry>>() {}))
        .orElse(List.of())
        .forEach(entry -> byName.put(entry.name(), destination(entry)));
  }

  /** All, in the order of the list. */
  public List<Destination> all() {
    return List.copyOf(byName.values());
  }

  public Optional<Destination> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  private static Destination destination(Entry entry) {
    try {
      Duration timeout = entry.timeout() == null ? TIMEOUT : Duration.parse(entry.timeout());
      String owner = entry.owner() == null ? "administrator" : entry.owner();
      String display = entry.display() == null ? entry.name() : entry.display();
      if (entry.fhir() != null) {
        var label = label(entry, display, Ordering.CONVERSATION, owner);
        return new FhirEndpoint(label, URI.create(entry.fhir()), timeout);
      }
      if (entry.host() != null && entry.port() > 0) {
        var label = label(entry, display, Ordering.DESTINATION, owner);
        Profile profile = entry.profile();
        return new MllpEndpoint(
            label, entry.host(), entry.port(), timeout, profile == null ? usual() : profile);
      }
    } catch (RuntimeException e) {
      throw new InvalidSettingException(
          SETTING, "destination " + entry.name() + ": " + e.getMessage());
    }
    throw new InvalidSettingException(
        SETTING, "destination " + entry.name() + " needs fhir, or host and port");
  }

  private static Label label(Entry entry, String display, Ordering usual, String owner) {
    return new Label(entry.name(), display, ordering(entry, usual), owner, entry.perSecond());
  }

  private static Ordering ordering(Entry entry, Ordering usual) {
    return entry.ordering() == null
        ? usual
        : Ordering.valueOf(entry.ordering().toUpperCase(Locale.ROOT));
  }

  private static Profile usual() {
    return new Profile("2.5.1", "WARDLINE", "", "", "", "UNICODE UTF-8", "P", null, null, null);
  }
}
