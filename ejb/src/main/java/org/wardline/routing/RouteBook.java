package org.wardline.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.wardline.delivery.Destinations;
import org.wardline.message.Category;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.Priority;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.JsonFile;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.Locks;

/**
 * The rules in versions. Those of the operator's file ({@code wardline.routing.file}) hold until an
 * administrator changes them; each node sees a change within seconds.
 */
@Singleton
public class RouteBook {
  private static final String SETTING = "wardline.routing.file";
  private static final Duration KNOWN = Duration.ofSeconds(2);
  private static final int MOST = 200;

  /** A member that another version of us wrote is passed over: nodes change one by one. */
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final TypeReference<List<Route>> ROUTES = new TypeReference<>() {};

  private final Database database;
  private final Destinations destinations;
  private final Keys keys;
  private final Locks locks;
  private final Routes usual;
  private final ConcurrentHashMap<UUID, Known> known = new ConcurrentHashMap<>();

  /**
   * Reads the file.
   *
   * @throws InvalidSettingException when a rule is faulty, or names a destination that is not
   *     configured
   */
  @Inject
  public RouteBook(
      Settings settings, Database database, Destinations destinations, Keys keys, Locks locks) {
    this.database = database;
    this.destinations = destinations;
    this.keys = keys;
    this.locks = locks;
    this.usual =
        new Routes(
            0,
            settings
                .file(SETTING)
                .map(file -> JsonFile.read(SETTING, file, ROUTES))
                .orElse(List.of()));
    try {
      check(usual.list());
    } catch (InvalidMessageException e) {
      throw new InvalidSettingException(SETTING, String.valueOf(e.getMessage()));
    }
  }

  private record Known(Routes routes, Instant until) {}

  /** When a version was made, and by whom. */
  public record Version(int version, UUID changedBy, Instant changedAt) {}

  /** What holds now, as it was known within the last seconds. */
  public Routes current(UUID organization) {
    Instant now = keys.now();
    Known found = known.get(organization);
    if (found == null || now.isAfter(found.until())) {
      found = new Known(newest(organization), now.plus(KNOWN));
      known.put(organization, found);
    }
    return found.routes();
  }

  /** What holds, as the database says. */
  public Routes newest(UUID organization) {
    return database
        .first(
            "select version, routes::text as routes from routing_version where organization_id = ? order by version desc limit 1",
            row -> new Routes(row.integer("version"), read(row.text("routes"))),
            organization)
        .orElse(usual);
  }

  /** The newest versions first. */
  public List<Version> versions(UUID organization, int most) {
    return database.list(
        "select version, changed_by, changed_at from routing_version where organization_id = ? order by version desc limit ?",
        row ->
            new Version(row.integer("version"), row.uuid("changed_by"), row.instant("changed_at")),
        organization,
        most);
  }

  /**
   * Makes a new version.
   *
   * @param expected the version that was changed
   * @return empty when somebody else made one meanwhile
   * @throws InvalidMessageException when a rule is faulty
   */
  public Optional<Routes> change(UUID organization, int expected, List<Route> routes, UUID by) {
    check(routes);
    locks.hold(List.of("routing|" + organization));
    if (newest(organization).version() != expected) {
      return Optional.empty();
    }
    var changed = new Routes(expected + 1, routes);
    database.update(
        "insert into routing_version (organization_id, version, routes, changed_by, changed_at) values (?, ?, ?::jsonb, ?, ?)",
        organization,
        changed.version(),
        write(routes),
        by,
        keys.now());
    known.remove(organization);
    return Optional.of(changed);
  }

  private void check(List<Route> routes) {
    if (routes.size() > MOST) {
      throw new InvalidMessageException("routes", "At most " + MOST + " routes.");
    }
    for (Route route : routes) {
      if (route.destination() == null || destinations.named(route.destination()).isEmpty()) {
        throw new InvalidMessageException(
            "destination", "destination " + route.destination() + " is not configured");
      }
      codes("priorities", route.priorities(), Priority::fromCode);
      codes("categories", route.categories(), Category::fromCode);
    }
  }

  private interface Reader {
    Object read(String code);
  }

  private static void codes(String field, @Nullable List<String> codes, Reader reader) {
    for (String code : codes == null ? List.<String>of() : codes) {
      try {
        reader.read(code.toLowerCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new InvalidMessageException(field, field + ": there is no " + code);
      }
    }
  }

  private static List<Route> read(String json) {
    try {
      return JSON.readValue(json, ROUTES);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the kept routes cannot be read", e);
    }
  }

  private static String write(List<Route> routes) {
    try {
      return JSON.writeValueAsString(routes);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the routes cannot be written", e);
    }
  }
}
