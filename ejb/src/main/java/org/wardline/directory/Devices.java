package org.wardline.directory;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.wardline.message.PartyRef;
import org.wardline.store.Conditions;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** Machines that act here (FHIR Device), known by their client id. */
@Singleton
public class Devices {
  private final Database database;
  private final Keys keys;
  private final Map<String, PartyRef> known = new ConcurrentHashMap<>(); // a key never changes

  @Inject
  public Devices(Database database, Keys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** The row of that client; made when it comes for the first time with a valid token. */
  public PartyRef of(UUID organization, String clientId) {
    return known.computeIfAbsent(
        organization + "|" + clientId, name -> findOrMake(organization, clientId));
  }

  /** A machine that acted here. */
  public record Device(UUID id, String clientId, String name) {}

  /**
   * A page in the order of the keys.
   *
   * @param ids empty does not restrict
   * @param clientId null does not restrict
   * @param after only machines after this key
   */
  public List<Device> find(
      UUID organization,
      Collection<UUID> ids,
      @Nullable String clientId,
      @Nullable UUID after,
      int limit) {
    Conditions all =
        new Conditions(
                "select id, client_id, name from device where organization_id = ?", organization)
            .andAny("id = any(?)", ids.toArray(UUID[]::new))
            .andIf("client_id = ?", clientId)
            .andIf("id > ?", after);
    return database.list(
        all.sql(" order by id limit " + limit),
        row -> new Device(row.uuid("id"), row.text("client_id"), row.text("name")),
        all.values());
  }

  private PartyRef findOrMake(UUID organization, String clientId) {
    String find = "select id from device where organization_id = ? and client_id = ?";
    return database
        .first(find, row -> PartyRef.device(row.uuid("id")), organization, clientId)
        .orElseGet(
            () -> {
              database.update(
                  "insert into device (id, organization_id, client_id, name) values (?, ?, ?, ?) on conflict do nothing",
                  keys.next(),
                  organization,
                  clientId,
                  clientId);
              return database
                  .first(find, row -> PartyRef.device(row.uuid("id")), organization, clientId)
                  .orElseThrow();
            });
  }
}
