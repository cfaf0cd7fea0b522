package org.wardline.web.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wardline.directory.DirectoryFile;
import org.wardline.directory.People;
import org.wardline.directory.Person;
import org.wardline.session.Enrolments;
import org.wardline.session.WebSession;
import org.wardline.session.WebSessions;
import org.wardline.setting.Settings;
import org.wardline.store.Leases;
import org.wardline.store.Migrator;

/**
 * Brings people, leavers and sign-in events over from Keycloak every few seconds, on one node. Its
 * start also proves that the adapter can work at all: without client key the archive does not
 * deploy.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class KeycloakPoll {
  private static final Logger LOG = LoggerFactory.getLogger(KeycloakPoll.class);
  private static final String LEASE = "keycloak-poll";
  private static final int PAGE = 200;
  private static final int PEOPLE_EVERY = 5;
  private static final Duration LOOK_BACK = Duration.ofMinutes(1);

  /** Second factors that a right to enrol is for; a new password is none. */
  private static final Set<String> FACTORS = Set.of("otp", "webauthn");

  private static final int MOST_KNOWN = 20_000;

  @Resource private ManagedScheduledExecutorService executor;
  @Inject private Settings settings;
  @Inject private Migrator migrator;
  @Inject private Oidc oidc;
  @Inject private AdminApi api;
  @Inject private IdentityEvents events;
  @Inject private People people;
  @Inject private DirectoryFile directoryFile;
  @Inject private WebSessions sessions;
  @Inject private Leases leases;
  @Inject private Enrolments enrolments;
  @Inject private IdentityTaskWorker tasks;

  private @Nullable ScheduledFuture<?> task;
  private final Set<String> known = new HashSet<>();
  private long round;
  private volatile boolean synced;

  @PostConstruct
  void start() {
    migrator.awaitReady();
    LOG.info("identity provider: {}", oidc.issuer().getValue());
    directoryFile.apply();
    if (!api.configured()) {
      LOG.warn(
          "wardline.oidc.directory-key.file is not set: people and sign-in events are not polled");
      synced = true;
      return;
    }
    long every = settings.duration("wardline.oidc.poll").toMillis();
    task = executor.scheduleWithFixedDelay(this::poll, 0, every, TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    if (task != null) {
      task.cancel(true);
      leases.release(LEASE);
    }
  }

  /** True once the people were brought over for the first time. */
  public boolean synced() {
    return synced;
  }

  private void poll() {
    try {
      if (!leases.hold(LEASE)) {
        round = 0;
        synced = synced || events.peopleBroughtOver();
        return;
      }
      sessions.endExpired();
      sessions.followLimits();
      enrolments.endExpired();
      tasks.work();
      if (round++ % PEOPLE_EVERY == 0) {
        people();
        events.rememberPeople();
        synced = true;
      }
      for (IdentityEvents.Kind kind : IdentityEvents.Kind.values()) {
        events(kind);
      }
    } catch (IdentityProviderAwayException e) {
      round = 0;
      LOG.info("poll: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("poll failed", e); // the schedule must go on: the next round reads the same again
    }
  }

  private void people() {
    Set<String> subjects = new HashSet<>();
    for (int first = 0; ; first += PAGE) {
      if (!leases.hold(LEASE)) {
        return; // another node does it now; of half a list nothing is concluded
      }
      JsonNode page = api.get("/users?briefRepresentation=false&first=" + first + "&max=" + PAGE);
      for (JsonNode user : page) {
        Person person = person(user);
        keep(person);
        if (!person.active()) {
          left(person.subject());
        }
        subjects.add(person.subject());
      }
      if (page.size() < PAGE) {
        break;
      }
    }
    people.absent(settings.organization(), subjects).forEach(this::leaveIfGone);
    directoryFile.apply();
  }

  /** The list was read in pages: who is not in it is asked for before he loses his access. */
  private void leaveIfGone(String subject) {
    try {
      api.get("/users/" + subject);
    } catch (AdminApi.GoneException e) {
      people.leave(settings.organization(), subject);
      left(subject);
    }
  }

  /** He has left: his devices are emptied as by a wipe. */
  private void left(String subject) {
    sessions.endAllOf(subject, WebSession.Ending.WIPED);
  }

  /** One who cannot be taken over is no reason to leave out the others. */
  private void keep(Person person) {
    try {
      people.keep(settings.organization(), person);
    } catch (RuntimeException e) {
      LOG.warn("a person of the identity provider was not taken over: {}", e.getMessage());
    }
  }

  private Person person(JsonNode user) {
    String family = user.path("lastName").asText("");
    String given = user.path("firstName").asText("");
    return new Person(
        user.path("id").asText(),
        user.path("username").asText(),
        family.isEmpty()
            ? user.path("username").asText()
            : given.isEmpty() ? family : family + ", " + given,
        attribute(user, "profession"),
        attribute(user, "department"),
        attribute(user, "bleep"),
        roles(user.path("id").asText()),
        user.path("enabled").asBoolean());
  }

  private Set<String> roles(String user) {
    Set<String> roles = new HashSet<>();
    api.get("/users/" + user + "/role-mappings/realm")
        .forEach(role -> roles.add(role.path("name").asText()));
    return roles;
  }

  /**
   * Looks a minute back: an event can be stored after a later one. What is on record already is
   * left alone.
   */
  private void events(IdentityEvents.Kind kind) {
    long from = Math.max(0, events.position(kind) - LOOK_BACK.toMillis());
    int first = 0;
    int size = PAGE;
    while (size == PAGE) {
      JsonNode page =
          api.get(
              kind.path() + "?dateFrom=" + from + "&direction=asc&first=" + first + "&max=" + PAGE);
      List<JsonNode> fresh = new ArrayList<>();
      page.forEach(
          event -> {
            if (!known.contains(IdentityEvents.key(event))) {
              fresh.add(event);
            }
          });
      if (!fresh.isEmpty()) {
        events.record(kind, fresh);
        fresh.forEach(
            event -> {
              if (enrolled(event)) {
                enrolments.used(
                    event.path("userId").asText(),
                    Instant.ofEpochMilli(event.path("time").asLong()));
              }
              known.add(IdentityEvents.key(event));
            });
      }
      size = page.size();
      first += PAGE;
    }
    if (known.size() > MOST_KNOWN) {
      known.clear(); // then a minute's events are offered to the database once more, which keeps
      // each once
    }
  }

  private static boolean enrolled(JsonNode event) {
    String type = event.path("type").asText();
    return type.equals("UPDATE_TOTP")
        || (type.equals("UPDATE_CREDENTIAL")
            && FACTORS.contains(event.path("details").path("credential_type").asText()));
  }

  private static String attribute(JsonNode user, String name) {
    return user.path("attributes").path(name).path(0).asText("");
  }
}
