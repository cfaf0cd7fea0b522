package org.wardline.crypto;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.wardline.crypto.KeyRing.WrappedKey;
import org.wardline.store.Database;
import org.wardline.store.Keys;
import org.wardline.store.RowBatch;

/**
 * Data keys: one for each conversation, and one for each source and month of what systems sent.
 * Kept wrapped; unwrapped ones stay in a bounded memory of this node only.
 */
@Singleton
public class DataKeys {
  private static final int REMEMBERED = 32_768; // some 6 MB
  private static final Duration FRESH = Duration.ofSeconds(30);

  private final Database database;
  private final KeyRing ring;
  private final Keys keys;
  private final MadeKeys made;
  private final Map<Name, Current> current = new ConcurrentHashMap<>();
  private final Map<UUID, byte[]> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, byte[]> eldest) {
              return size() > REMEMBERED;
            }
          });

  @Inject
  public DataKeys(Database database, KeyRing ring, Keys keys, MadeKeys made) {
    this.database = database;
    this.ring = ring;
    this.keys = keys;
    this.made = made;
  }

  /** A data key and its id. */
  public record DataKey(UUID id, byte[] material) {}

  /**
   * The key of that purpose and scope; made when there is none, and kept whatever becomes of what
   * it is made for. Two nodes that make it at once end with the same one.
   *
   * @param purpose such as {@code conversation}
   * @param scope what it seals, such as the conversation's id
   */
  public DataKey of(UUID organization, String purpose, String scope) {
    var name = new Name(organization, purpose, scope);
    Instant now = keys.now();
    Current known = current.get(name);
    if (known != null && known.until().isAfter(now)) {
      return byId(known.id());
    }
    UUID id =
        current(organization, purpose, scope)
            .orElseGet(
                () -> {
                  made.keep(
                      name, ring.wrap(Seal.newKey(), associated(organization, purpose, scope)));
                  return current(organization, purpose, scope).orElseThrow();
                });
    if (current.size() >= REMEMBERED) {
      current.clear();
    }
    current.put(name, new Current(id, now.plus(FRESH)));
    return byId(id);
  }

  /** What a key is for. */
  public record Name(UUID organization, String purpose, String scope) {}

  /**
   * The key that seals now; asked for again after a while, because another epoch may have begun.
   */
  private record Current(UUID id, Instant until) {}

  /**
   * A new key for a scope that nobody else can know yet; {@code rows} get its row, so that it is
   * kept together with what it seals.
   */
  public DataKey fresh(UUID organization, String purpose, String scope, RowBatch rows) {
    byte[] material = Seal.newKey();
    WrappedKey wrapped = ring.wrap(material, associated(organization, purpose, scope));
    UUID id = keys.next();
    MadeKeys.add(
        rows, MadeKeys.DATA_KEY, id, new Name(organization, purpose, scope), wrapped, keys.now());
    remembered.put(id, material); // what it seals is soon to be delivered, or read
    return new DataKey(id, material);
  }

  private Optional<UUID> current(UUID organization, String purpose, String scope) {
    return database.first(
        "select id from data_key where organization_id = ? and purpose = ? and scope = ? order by epoch desc limit 1",
        row -> row.uuid("id"),
        organization,
        purpose,
        scope);
  }

  /**
   * The key with that id.
   *
   * @throws SealBrokenException when it was destroyed, or its wrapping does not fit
   */
  public DataKey byId(UUID id) {
    byte[] known = remembered.get(id);
    if (known != null) {
      return new DataKey(id, known);
    }
    byte[] material =
        database
            .first(
                "select organization_id, purpose, scope, wrapped, wrapping_key_id from data_key where id = ?",
                row ->
                    ring.unwrap(
                        new WrappedKey(row.text("wrapping_key_id"), row.bytes("wrapped")),
                        associated(
                            row.uuid("organization_id"), row.text("purpose"), row.text("scope"))),
                id)
            .orElseThrow(() -> new SealBrokenException("data key " + id + " is not there"));
    remembered.put(id, material);
    return new DataKey(id, material);
  }

  private static byte[] associated(UUID organization, String purpose, String scope) {
    return ("wardline-data-key\n" + organization + "\n" + purpose + "\n" + scope)
        .getBytes(StandardCharsets.UTF_8);
  }
}
