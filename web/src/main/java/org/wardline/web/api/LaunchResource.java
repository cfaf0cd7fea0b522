package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Actor;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.PatientIdentifier;
import org.wardline.patient.PatientSummary;
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

  /**
   * A launch.
   *
   * @param key which the window has that was opened for it
   */
  public record Launch(@Nullable String key) {}

  /** The patient. */
  public record Launched(String patientId) {}

  /**
   * The patient who was open in the EHR.
   *
   * @throws InvalidMessageException when none was, or he cannot be told from another by his numbers
   */
  @POST
  @Path("launch")
  public Launched launched(@Nullable Launch launch) {
    Context context =
        Cookies.read(request, Cookies.LAUNCH)
            .flatMap(launches::context)
            .filter(c -> launch != null && c.key().equals(launch.key()))
            .orElseThrow(
                () ->
                    new InvalidMessageException(
                        "launch",
                        "Wardline was opened for another patient since, or too long ago."));
    Map<UUID, PatientSummary> found = found(Caller.of(request).actor(), context);
    if (found.size() != 1) {
      throw new InvalidMessageException(
          "launch",
          found.isEmpty()
              ? "Wardline does not know the patient who is open in " + context.ehr() + "."
              : "The numbers of the patient in "
                  + context.ehr()
                  + " belong to several patients here. Nobody is opened.");
    }
    PatientSummary patient = found.values().iterator().next();
    if (contradicts(patient, context.numbers())) {
      throw new InvalidMessageException(
          "launch",
          "The numbers of the patient in "
              + context.ehr()
              + " do not fit together with those known here. Nobody is opened.");
    }
    Cookies.clear(response, Cookies.LAUNCH);
    return new Launched(patient.id().toString());
  }

  private Map<UUID, PatientSummary> found(Actor actor, Context context) {
    var found = new LinkedHashMap<UUID, PatientSummary>();
    for (BusinessIdentifier number : context.numbers()) {
      registry
          .identified(actor, number.system(), number.value(), "Patient?identifier=*")
          .forEach(patient -> found.put(patient.id(), patient));
    }
    return found;
  }

  /** Of an authority that both sides name, none of the numbers is the same. */
  private static boolean contradicts(PatientSummary patient, List<BusinessIdentifier> numbers) {
    Map<String, Set<String>> said =
        numbers.stream()
            .collect(
                Collectors.groupingBy(
                    BusinessIdentifier::system,
                    Collectors.mapping(BusinessIdentifier::value, Collectors.toSet())));
    Map<String, Set<String>> known =
        patient.identifiers().stream()
            .collect(
                Collectors.groupingBy(
                    PatientIdentifier::system,
                    Collectors.mapping(PatientIdentifier::value, Collectors.toSet())));
    return said.entrySet().stream()
        .anyMatch(
            e ->
                known.containsKey(e.getKey())
                    && Collections.disjoint(known.get(e.getKey()), e.getValue()));
  }
}
