package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.message.Actor;
import org.wardline.message.Identifiers;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;
import org.wardline.reading.Registry;
import org.wardline.session.WebSessions;
import org.wardline.setting.Settings;
import org.wardline.web.Caller;
import org.wardline.web.api.Views.PatientView;
import org.wardline.web.api.Views.RecipientView;

/** Who I am, and whom and what one can write to and about. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class DirectoryResource {
  private static final int MOST = 20;
  private static final int LONGEST = 100;

  @Inject private AccessPolicy policy;
  @Inject private Registry registry;
  @Inject private Settings settings;
  @Inject private WebSessions sessions;
  @Context private HttpServletRequest request;

  /**
   * The signed-in person.
   *
   * @param rights what his page offers him
   * @param idleSeconds the page locks after so long without use
   */
  public record Me(
      String party,
      String username,
      String name,
      String profession,
      String department,
      Set<String> roles,
      Set<String> rights,
      String organization,
      long idleSeconds) {}

  @GET
  @Path("me")
  public Me me() {
    Caller caller = Caller.of(request);
    Actor actor = caller.actor();
    return new Me(
        actor.party().toString(),
        actor.identifier(),
        actor.name(),
        actor.profession(),
        actor.department(),
        actor.roles(),
        rights(actor),
        settings.text("wardline.organization.name"),
        sessions.idle(caller.sessionId(), caller.phone()).toSeconds());
  }

  private Set<String> rights(Actor actor) {
    return policy.rights(actor).stream()
        .map(right -> right.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * What to look for.
   *
   * @param q words of a name, or a record number; what is longer than a hundred characters is cut
   */
  public record PatientSearch(@Nullable String q) {}

  /**
   * Patients by words of the name, or by record number. Neither belongs into an address, which
   * others log, so it is a POST.
   */
  @POST
  @Path("patients/search")
  public List<PatientView> patients(@Nullable PatientSearch body) {
    String words = words(body == null ? null : body.q());
    if (words.isEmpty()) {
      return List.of();
    }
    Actor actor = Caller.of(request).actor();
    boolean number = words.chars().anyMatch(Character::isDigit);
    var query = number ? Patients.Query.ofIdentifier(null, words) : Patients.Query.ofWords(words);
    List<PatientSummary> found =
        registry.patients(actor, query, MOST, number ? "Patient?identifier=*" : "Patient?name=*");
    return found.stream().map(p -> java.util.Objects.requireNonNull(PatientView.of(p))).toList();
  }

  /** Roles first, then people. */
  @GET
  @Path("recipients")
  public List<RecipientView> recipients(@QueryParam("q") @Nullable String q) {
    Actor actor = Caller.of(request).actor();
    String words = words(q);
    var found = new ArrayList<RecipientView>();
    registry.roles(actor, words, MOST).forEach(r -> found.add(RecipientView.of(r)));
    registry.practitioners(actor, words, MOST, "Practitioner?name=*").stream()
        .filter(p -> !p.party().equals(actor.party()))
        .filter(p -> !p.roles().contains("patient"))
        .forEach(p -> found.add(RecipientView.of(p)));
    return found;
  }

  /** I hold this on-call role from now on. */
  @POST
  @Path("roles/{id}/holder")
  public void take(@PathParam("id") String id) {
    try {
      registry.takeRole(Caller.of(request).actor(), Identifiers.parse(id));
    } catch (IllegalArgumentException e) {
      throw new NotFoundException(e);
    }
  }

  private static String words(@Nullable String q) {
    String words = q == null ? "" : q.replace("\0", "").strip();
    return words.substring(0, Math.min(words.length(), LONGEST));
  }
}
