package org.wardline.subscription;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.DataKeys.DataKey;
import org.wardline.crypto.Seal;
import org.wardline.mapping.fhir.PostedSubscription;
import org.wardline.mapping.fhir.SubscriptionMapper.Event;
import org.wardline.mapping.fhir.SubscriptionView;
import org.wardline.message.Actor;
import org.wardline.message.PartyRef;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/** Subscriptions and their events, as they are kept. The headers of a client are sealed. */
@Singleton
class SubscriptionStore {
  private static final String SELECT = "select * from subscription s where true";
  private final Database database;
  private final DataKeys dataKeys;
  private final Keys keys;

  @Inject
  SubscriptionStore(Database database, DataKeys dataKeys, Keys keys) {
    this.database = database;
    this.dataKeys = dataKeys;
    this.keys = keys;
  }

  /**
   * A subscription as the work on it needs it.
   *
   * @param client the actor that it acts for, with the scopes that he had when he made it
   * @param headers sent along, {@code Name: value}
   */
  record Kept(
      SubscriptionView view,
      Actor client,
      List<String> headers,
      Events.Position position,
      int failures,
      @Nullable Instant failingSince,
      Instant nextAt) {}

  UUID add(Actor client, PostedSubscription posted, Instant endsAt, Events.Position from) {
    Instant now = keys.now();
    UUID id = keys.next(now);
    DataKey key = dataKeys.of(client.organizationId(), "subscription", "headers");
    database.update(
        """
        insert into subscription (id, organization_id, client_party, client_identifier, client_name, scopes, resource_type, criteria,
          topic, endpoint, content, mime, reason, data_key_id, sealed_headers, status, ends_at, created_at, updated_at, at_txid, next_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'requested', ?, ?, ?, ?, ?)""",
        id,
        client.organizationId(),
        client.party().toString(),
        client.identifier(),
        client.name(),
        client.scopes().toArray(String[]::new),
        posted.resourceType(),
        posted.criteria(),
        posted.topic(),
        posted.endpoint(),
        posted.content(),
        posted.mime(),
        posted.reason(),
        key.id(),
        seal(key, id, posted.headers()),
        endsAt,
        now,
        now,
        from.txid(),
        now);
    return id;
  }

  /**
   * Changes what its client asks for; it begins again with a handshake, where it stood.
   *
   * @param version that one alone; null for whatever is there
   */
  boolean change(
      Actor client, UUID id, PostedSubscription posted, Instant endsAt, @Nullable Integer version) {
    DataKey key = dataKeys.of(client.organizationId(), "subscription", "headers");
    return database.update(
            """
            update subscription set resource_type = ?, criteria = ?, topic = ?, endpoint = ?, content = ?, mime = ?, reason = ?,
              data_key_id = ?, sealed_headers = ?, scopes = ?, status = ?, error = '', failures = 0, failing_since = null, ends_at = ?,
              version = version + 1, updated_at = ?, next_at = ?
            where id = ? and organization_id = ? and client_party = ? and resource_type = ? and version = coalesce(?, version)""",
            posted.resourceType(),
            posted.criteria(),
            posted.topic(),
            posted.endpoint(),
            posted.content(),
            posted.mime(),
            posted.reason(),
            key.id(),
            seal(key, id, posted.headers()),
            client.scopes().toArray(String[]::new),
            posted.off() ? "off" : "requested",
            endsAt,
            keys.now(),
            keys.now(),
            id,
            client.organizationId(),
            client.party().toString(),
            posted.resourceType(),
            version)
        == 1;
  }

  boolean remove(UUID organization, UUID id, String client) {
    return database.update(
            "delete from subscription where id = ? and organization_id = ? and client_party = ?",
            id,
            organization,
            client)
        == 1;
  }

  Optional<Kept> byId(UUID organization, UUID id) {
    return database.first(
        SELECT + " and s.id = ? and s.organization_id = ?", this::kept, id, organization);
  }

  /** A client's own; null: those of all clients. */
  List<Kept> of(UUID organization, @Nullable String client, int most) {
    return client == null
        ? database.list(
            SELECT + " and s.organization_id = ? order by s.id limit ?",
            this::kept,
            organization,
            most)
        : database.list(
            SELECT + " and s.organization_id = ? and s.client_party = ? order by s.id limit ?",
            this::kept,
            organization,
            client,
            most);
  }

  /** Those that may have something to be told now. */
  List<UUID> due(UUID organization) {
    return database.list(
        "select id from subscription where organization_id = ? and status in ('requested', 'active') and next_at <= ? and ends_at > ? order by next_at",
        row -> row.uuid("id"),
        organization,
        keys.now(),
        keys.now());
  }

  /** Keeps what was found; false when another node did so meanwhile. */
  boolean collected(Kept before, List<Event> events, Events.Position upTo) {
    UUID id = before.view().id();
    boolean ours =
        database.update(
                """
                update subscription set at_txid = ?, at_part = ?, at_seq = ?, collected = collected + ?
                where id = ? and criteria = ? and at_txid = ? and at_part = ? and at_seq = ?""",
                upTo.txid(),
                upTo.part(),
                upTo.seq(),
                events.size(),
                id,
                before.view().criteria(),
                before.position().txid(),
                before.position().part(),
                before.position().seq())
            == 1;
    if (ours && !events.isEmpty()) {
      database.update(
          """
          insert into subscription_event (subscription_id, number, resource_type, focus, at)
          select ?, e.number, ?, e.focus, e.at from unnest((select ?::bigint[]), (select ?::text[]), (select ?::timestamptz[])) as e(number, focus, at)""",
          id,
          before.view().resourceType(),
          numbers(before, events.size()),
          events.stream().map(Event::focus).toArray(String[]::new),
          events.stream().map(Event::at).toArray(Instant[]::new));
    }
    return ours;
  }

  private static Long[] numbers(Kept before, int count) {
    var numbers = new ArrayList<Long>();
    for (int i = 1; i <= count; i++) {
      numbers.add(before.view().collected() + i);
    }
    return numbers.toArray(Long[]::new);
  }

  /** Events by number, both bounds included. */
  List<Event> events(UUID id, long from, long until, int most) {
    return database.list(
        "select number, focus, at from subscription_event where subscription_id = ? and number between ? and ? order by number limit ?",
        row -> new Event(row.number("number"), row.text("focus"), row.instant("at")),
        id,
        from,
        until,
        most);
  }

  /** The endpoint took it, up to that event; a handshake makes it active. */
  boolean taken(Kept told, long upTo) {
    return database.update(
            """
        update subscription set status = 'active', error = '', failures = 0, failing_since = null, notified = greatest(notified, ?), next_at = ?,
          version = version + case when status = 'active' and error = '' then 0 else 1 end
        where id = ? and endpoint = ? and status = ?""",
            upTo,
            keys.now(),
            told.view().id(),
            told.view().endpoint(),
            told.view().status())
        == 1;
  }

  /** It did not; it is tried again then, or given up when there is no then. */
  void failed(Kept told, String why, @Nullable Instant again) {
    Instant now = keys.now();
    database.update(
        """
        update subscription set status = case when ? then 'error' else status end, error = ?, failures = failures + 1,
          failing_since = coalesce(failing_since, ?), next_at = ?, version = version + 1, updated_at = ?
        where id = ? and endpoint = ? and status in ('requested', 'active')""",
        again == null,
        why,
        now,
        again == null ? now : again,
        now,
        told.view().id(),
        told.view().endpoint());
  }

  /** An administrator puts one that was given up, or waits, back to work; false when it is off. */
  boolean resume(UUID organization, UUID id) {
    return database.update(
            """
            update subscription set status = 'requested', failures = 0, failing_since = null, next_at = ?, version = version + 1, updated_at = ?
            where id = ? and organization_id = ? and status in ('error', 'requested', 'active')""",
            keys.now(),
            keys.now(),
            id,
            organization)
        == 1;
  }

  /** An administrator ends it; its client may ask for another. */
  boolean end(UUID organization, UUID id) {
    return database.update(
            "update subscription set status = 'off', version = version + 1, updated_at = ? where id = ? and organization_id = ? and status <> 'off'",
            keys.now(),
            id,
            organization)
        == 1;
  }

  /** Ends those whose time is over, and forgets events of old. */
  void clean(Instant eventsBefore) {
    database.update(
        "update subscription set status = 'off', version = version + 1, updated_at = ? where status <> 'off' and ends_at <= ?",
        keys.now(),
        keys.now());
    database.update(
        """
        delete from subscription_event e using subscription s
        where s.id = e.subscription_id and e.at < ? and (e.number <= s.notified or s.status = 'off')""",
        eventsBefore);
  }

  private Kept kept(Database.Row row) throws java.sql.SQLException {
    UUID id = row.uuid("id");
    var view =
        new SubscriptionView(
            id,
            row.text("client_name"),
            row.text("resource_type"),
            row.text("criteria"),
            row.textOrNull("topic"),
            row.text("endpoint"),
            row.text("content"),
            row.text("mime"),
            row.text("reason"),
            row.text("status"),
            row.text("error"),
            row.instant("ends_at"),
            row.integer("version"),
            row.instant("updated_at"),
            row.number("collected"),
            row.number("notified"));
    return new Kept(
        view,
        client(row),
        open(row, id),
        new Events.Position(row.number("at_txid"), row.integer("at_part"), row.number("at_seq")),
        row.integer("failures"),
        row.instantOrNull("failing_since"),
        row.instant("next_at"));
  }

  private static Actor client(Database.Row row) throws java.sql.SQLException {
    return new Actor(
        Actor.Kind.MACHINE,
        row.uuid("organization_id"),
        PartyRef.parse(row.text("client_party")),
        row.text("client_identifier"),
        row.text("client_name"),
        "system",
        "",
        null,
        Set.of(),
        Set.copyOf(row.texts("scopes")),
        new Actor.Authentication(
            "client", row.instant("created_at"), row.text("client_identifier"), "", "", ""));
  }

  private List<String> open(Database.Row row, UUID id) throws java.sql.SQLException {
    byte[] plain =
        Seal.open(
            dataKeys.byId(row.uuid("data_key_id")).material(),
            row.bytes("sealed_headers"),
            associated(id),
            "subscription " + id);
    return new String(plain, StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] seal(DataKey key, UUID id, List<String> headers) {
    return Seal.seal(
        key.material(),
        String.join("\n", headers).getBytes(StandardCharsets.UTF_8),
        associated(id));
  }

  private static byte[] associated(UUID id) {
    return ("subscription " + id).getBytes(StandardCharsets.UTF_8);
  }
}
