package org.wardline.web.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.wardline.message.Actor;
import org.wardline.patient.PatientSummary;
import org.wardline.reading.Conversations;
import org.wardline.reading.Registry;
import org.wardline.web.Caller;
import org.wardline.web.api.Views.InboxRowView;
import org.wardline.web.api.Views.PatientView;

/** A patient, and one's own conversations about him. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init")
public class PatientResource {
  @Inject private Registry registry;
  @Inject private Conversations conversations;
  @Context private HttpServletRequest request;

  /**
   * A patient's page.
   *
   * @param patient who stands: of a record that was given up for another, that other
   */
  public record PageView(PatientView patient, List<InboxRowView> conversations) {}

  /** A patient, and one's own conversations about him. */
  @GET
  @Path("patients/{id}")
  public PageView page(@PathParam("id") String id) {
    Actor actor = Caller.of(request).actor();
    PatientSummary patient = standing(actor, Ids.of("id", id));
    return new PageView(
        Objects.requireNonNull(PatientView.of(patient)),
        conversations.inboxAbout(actor, patient.id()).stream().map(InboxRowView::of).toList());
  }

  private PatientSummary standing(Actor actor, UUID id) {
    PatientSummary found = registry.patient(actor, id).orElseThrow(NotFoundException::new);
    return found.mergedInto() == null ? found : standing(actor, found.mergedInto());
  }
}
