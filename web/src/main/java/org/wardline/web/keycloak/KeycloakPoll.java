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
import org.wardline.session.WebSessions;
import org.wardline.setting.Settings;
import org.wardline.store.Migrator;

/**
 * Brings people, leavers and sign-in events over from Keycloak every few seconds. Its start also
 * proves that the adapter can work at all: without client key the archive does not deploy.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@SuppressWarnings("NullAway.Init")
public class KeycloakPoll {
  private static final Logger LOG = LoggerFactory.getLogger(KeycloakPoll.class);
  private static final int PAGE = 200;
  private static final int PEOPLE_EVERY = 5;

  @Resource private ManagedScheduledExecutorService executor;
  @Inject private Settings settings;
  @Inject private Migrator migrator;
  @Inject private Oidc oidc;
  @Inject private AdminApi api;
  @Inject private IdentityEvents events;
  @Inject private People people;
  @Inject private DirectoryFile directoryFile;
  @Inject private WebSessions sessions;

  private @Nullable ScheduledFuture<?> task;
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
    }
  }

  /** True once the people were brought over for the first time. */
  public boolean synced() {
    return synced;
  }

  private void poll() {
    try {
      if (round++ % PEOPLE_EVERY == 0) {
        people();
        synced = true;
      }
      events();
    } catch (IdentityProviderAwayException e) {
      round = 0;
      LOG.info("poll: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("poll failed", e); // the schedule must go on: the next round reads the same again
    }
  }

  private void people() {
    for (int first = 0; ; first += PAGE) {
      JsonNode page = api.get("/users?briefRepresentation=false&first=" + first + "&max=" + PAGE);
      for (JsonNode user : page) {
        Person person = person(user);
        people.keep(settings.organization(), person);
        if (!person.active()) {
          sessions.revoke("", person.subject());
        }
      }
      if (page.size() < PAGE) {
        break;
      }
    }
    directoryFile.apply();
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

  private void events() {
    while (true) {
      JsonNode page =
          api.get("/events?dateFrom=" + events.position() + "&direction=asc&first=0&max=" + PAGE);
      List<JsonNode> found = new ArrayList<>();
      page.forEach(found::add);
      long before = events.position();
      if (!found.isEmpty()) {
        events.record(found);
      }
      if (found.size() < PAGE || events.position() == before) {
        return;
      }
    }
  }

  private static String attribute(JsonNode user, String name) {
    return user.path("attributes").path(name).path(0).asText("");
  }
}
