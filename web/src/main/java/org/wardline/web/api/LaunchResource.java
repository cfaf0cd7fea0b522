package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.wardline.message.Actor;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.InvalidMessageException;
import org.wardline.patient.Patients;
import org.wardline.reading.Registry;
import org.wardline.web.Caller;
import org.wardline.web.Cookies;
import org.wardline.web.ehr.EhrLaunch;
import org.wardline.web.ehr.EhrLaunch.Context;

/** Which patient an EHR opened Wardline for: found by his numbers, never by his name. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class LaunchResource {
  @Inject private EhrLaunch launches;
  @Inject private Registry registry;
  @jakarta.ws.rs.core.Context private HttpServletRequest request;
  @jakarta.ws.rs.core.Context private HttpServletResponse response;

  /** The patient. */
  public record Launched(String patientId) {}

  /**
   * The patient who was open in the EHR.
   *
   * @throws InvalidMessageException when none was, or he cannot be told from another by his numbers
   */
  @POST
  @Path("launch")
  public Launched launched() {
    Context context =
        Cookies.read(request, Cookies.LAUNCH)
            .flatMap(launches::context)
            .orElseThrow(
                () ->
                    new InvalidMessageException(
                        "launch",
                        "Wardline was not opened from a record system, or too long ago."));
    Set<UUID> found = found(Caller.of(request).actor(), context);
    if (found.size() != 1) {
      throw new InvalidMessageException(
          "launch",
          found.isEmpty()
              ? "Wardline does not know the patient who is open in " + context.ehr() + "."
              : "The numbers of the patient in "
                  + context.ehr()
                  + " belong to several patients here. Nobody is opened.");
    }
    Cookies.clear(response, Cookies.LAUNCH);
    return new Launched(found.iterator().next().toString());
  }

  private Set<UUID> found(Actor actor, Context context) {
    var found = new LinkedHashSet<UUID>();
    for (BusinessIdentifier number : context.numbers()) {
      var query = new Patients.Query(null, number.system(), number.value(), null, null);
      registry
          .patients(actor, query, 2, "Patient?identifier=*")
          .forEach(patient -> found.add(patient.id()));
    }
    return found;
  }
}
