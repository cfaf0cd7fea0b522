package org.wardline.web.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.wardline.audit.AuditTrail;
import org.wardline.crypto.Seal;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord;
import org.wardline.message.AuditRecord.Agent;
import org.wardline.message.AuditRecord.AgentPart;
import org.wardline.message.AuditRecord.Outcome;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.Keys;

/**
 * Sign-ins, refused sign-ins and administration as Keycloak saw them. The position is kept with the
 * records in one transaction, and the key of a record is made from Keycloak's own key of the event:
 * none is lost and none is there twice, whoever restarts.
 */
@Stateless
@SuppressWarnings("NullAway.Init")
public class IdentityEvents {
  private static final String PEOPLE = "keycloak-people";

  @Inject private Database database;
  @Inject private AuditTrail audit;
  @Inject private Settings settings;
  @Inject private Keys keys;

  /** What Keycloak keeps apart. */
  public enum Kind {
    /** What people and clients do. */
    SIGN_IN("keycloak-events", "/events"),
    /** What administrators change. */
    ADMINISTRATION("keycloak-admin-events", "/admin-events");

    private final String position;
    private final String path;

    Kind(String position, String path) {
      this.position = position;
      this.path = path;
    }

    /** Below the realm, in the admin API. */
    public String path() {
      return path;
    }
  }

  /** Time of the newest event of that kind that is on record, in milliseconds; 0 at first. */
  public long position(Kind kind) {
    return position(kind.position);
  }

  /** What makes an event the same as another. */
  public static String key(JsonNode event) {
    String id = event.path("id").asText("");
    return id.isEmpty()
        ? event.path("time").asText()
            + event.path("operationType").asText()
            + event.path("resourcePath").asText()
        : id;
  }

  /** True when some node brought the people over. */
  public boolean peopleBroughtOver() {
    return position(PEOPLE) > 0;
  }

  /** The people were brought over now. */
  public void rememberPeople() {
    remember(PEOPLE, keys.now().toEpochMilli());
  }

  private long position(String name) {
    return database
        .first(
            "select position from poll_position where name = ?",
            row -> row.number("position"),
            name)
        .orElse(0L);
  }

  private void remember(String name, long position) {
    database.update(
        """
        insert into poll_position (name, position, updated_at) values (?, ?, ?)
        on conflict (name) do update set position = excluded.position, updated_at = excluded.updated_at""",
        name,
        position,
        keys.now());
  }

  /** Puts a page of events on record and moves the position. */
  public void record(Kind kind, List<JsonNode> events) {
    long newest = position(kind);
    for (JsonNode event : events) {
      if (kind == Kind.ADMINISTRATION) {
        audit.append(administration(event));
      } else if (!ownPoll(event)) {
        audit.append(record(event));
      }
      newest = Math.max(newest, event.path("time").asLong());
    }
    remember(kind.position, newest);
  }

  /** A change by an administrator, or by a client that may change; never what was changed to. */
  private AuditRecord administration(JsonNode event) {
    Instant at = Instant.ofEpochMilli(event.path("time").asLong());
    JsonNode who = event.path("authDetails");
    boolean failed = !event.path("error").asText("").isEmpty();
    return new AuditRecord(
        key(at, "admin\n" + key(event)),
        settings.organization(),
        at,
        AuditAct.IDENTITY_EVENT,
        failed ? Outcome.REFUSED : Outcome.SUCCESS,
        event.path("operationType").asText()
            + " "
            + event.path("resourceType").asText()
            + " "
            + event.path("resourcePath").asText(),
        List.of(user(who), client(who)),
        List.of());
  }

  private boolean ownPoll(JsonNode event) {
    return event.path("type").asText().equals("CLIENT_LOGIN")
        && event
            .path("clientId")
            .asText()
            .equals(settings.text("wardline.oidc.directory-client-id"));
  }

  private AuditRecord record(JsonNode event) {
    String type = event.path("type").asText();
    boolean failed = type.endsWith("_ERROR");
    AuditAct act =
        switch (type) {
          case "LOGIN", "LOGIN_ERROR", "CLIENT_LOGIN", "CLIENT_LOGIN_ERROR" -> AuditAct.SIGN_IN;
          case "LOGOUT", "LOGOUT_ERROR" -> AuditAct.SIGN_OUT;
          default -> AuditAct.IDENTITY_EVENT;
        };
    Instant at = Instant.ofEpochMilli(event.path("time").asLong());
    String text =
        failed
            ? type + " " + event.path("error").asText()
            : act == AuditAct.IDENTITY_EVENT ? type : null;
    return new AuditRecord(
        key(at, event.path("id").asText()),
        settings.organization(),
        at,
        act,
        failed ? Outcome.REFUSED : Outcome.SUCCESS,
        text,
        List.of(user(event), client(event)),
        List.of());
  }

  private Agent user(JsonNode event) {
    String subject = event.path("userId").asText("");
    String username = event.path("details").path("username").asText("");
    String party =
        database
            .first(
                "select id from practitioner where organization_id = ? and (subject = ? or username = ?)",
                row -> "Practitioner/" + row.uuid("id"),
                settings.organization(),
                subject.isEmpty() ? "-" : subject,
                username)
            .orElse(null);
    String name = username.isEmpty() ? subject.isEmpty() ? "unknown" : subject : username;
    return new Agent(
        AgentPart.USER,
        party,
        name,
        settings.text("wardline.oidc.issuer"),
        name,
        List.of(),
        null,
        null);
  }

  private static Agent client(JsonNode event) {
    String client = event.path("clientId").asText("keycloak");
    return new Agent(
        AgentPart.CLIENT,
        null,
        client,
        null,
        client,
        List.of(),
        event.path("ipAddress").asText("127.0.0.1"),
        null);
  }

  /** A version 7 key of the event's time, the rest of it from the event's own id. */
  private static UUID key(Instant at, String eventId) {
    byte[] hash = Seal.digest(("keycloak-event\n" + eventId).getBytes(StandardCharsets.UTF_8));
    long high = (at.toEpochMilli() << 16) | 0x7000L | ((hash[0] & 0x0FL) << 8) | (hash[1] & 0xFFL);
    long low = 0;
    for (int i = 2; i < 10; i++) {
      low = (low << 8) | (hash[i] & 0xFFL);
    }
    return new UUID(high, 0x8000_0000_0000_0000L | (low >>> 2));
  }
}
