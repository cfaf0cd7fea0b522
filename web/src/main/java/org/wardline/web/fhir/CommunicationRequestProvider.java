package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.annotation.Update;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.CommunicationRequest.CommunicationRequestStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.alert.Alerts;
import org.wardline.compose.Draft;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.intake.fhir.ResourceIntake;
import org.wardline.mapping.fhir.PostedAlert;
import org.wardline.mapping.fhir.PostedResources;
import org.wardline.message.Actor;
import org.wardline.reading.Charts;

/** CommunicationRequest: alerts of other systems (IHE mACM, ITI-84 and ITI-85). */
@Singleton
public class CommunicationRequestProvider extends ChangeProvider {
  private static final String TYPE = "CommunicationRequest";

  private final Alerts alerts;
  private final PostedDrafts drafts;
  private final ResourceIntake intake;
  private final Charts charts;
  private final ChartSearch chart;

  @Inject
  public CommunicationRequestProvider(
      Alerts alerts, PostedDrafts drafts, ResourceIntake intake, Charts charts, ChartSearch chart) {
    this.alerts = alerts;
    this.drafts = drafts;
    this.intake = intake;
    this.charts = charts;
    this.chart = chart;
  }

  @Override
  public Class<CommunicationRequest> getResourceType() {
    return CommunicationRequest.class;
  }

  /** Raises an alert; its id is that of the message it becomes. */
  @Create
  public MethodOutcome create(@ResourceParam CommunicationRequest posted, RequestDetails request) {
    Actor actor = Requests.actor(request);
    Draft draft = drafts.draft(actor, PostedAlert.message(posted));
    Submitted sent = alerts.raise(actor, draft);
    intake.alert(actor, draft.patientId(), PostedResources.chart(posted, sent.messageId()));
    var outcome =
        new MethodOutcome(new IdType(TYPE, sent.messageId().toString(), "1"), !sent.repeated());
    if (Requests.wantsRepresentation(request)) {
      charts
          .alert(actor, sent.messageId())
          .map(CommunicationRequestProvider::resource)
          .ifPresent(outcome::setResource);
    }
    return outcome;
  }

  @Override
  @Read(version = true)
  public CommunicationRequest read(@IdParam IdType id, RequestDetails request) {
    return charts
        .alert(Requests.actor(request), Requests.id(id))
        .map(CommunicationRequestProvider::resource)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Withdraws an alert: nothing else of it can be changed. */
  @Update
  public MethodOutcome update(
      @ResourceParam CommunicationRequest posted, @IdParam IdType id, RequestDetails request) {
    Actor actor = Requests.actor(request);
    UUID key = Requests.id(id);
    Charts.Alert alert =
        charts.alert(actor, key).orElseThrow(() -> new ResourceNotFoundException(id));
    if (posted.getStatus() != CommunicationRequestStatus.REVOKED) {
      throw new UnprocessableEntityException(
          "CommunicationRequest.status: an alert can only be withdrawn (revoked).");
    }
    alerts.withdraw(actor, key, alert.conversation());
    intake.withdrawAlert(actor, key);
    return new MethodOutcome(new IdType(TYPE, key.toString()), false);
  }

  @Override
  MethodOutcome change(Resource changed, IdType id, RequestDetails request) {
    return update((CommunicationRequest) changed, id, request);
  }

  /** A page, in the order of the keys. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = "_lastUpdated") @Nullable DateRangeParam updated,
      @OptionalParam(
              name = "patient",
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam patient,
      @OptionalParam(
              name = "subject",
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam subject,
      @OptionalParam(name = "identifier") @Nullable TokenParam identifier,
      @OptionalParam(name = "category") @Nullable TokenParam category,
      @OptionalParam(name = "authored") @Nullable DateRangeParam authored,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var asked =
        new ChartSearch.Asked(
            ids,
            patient == null ? subject : patient,
            null,
            identifier,
            category,
            null,
            authored,
            updated);
    Bundle found = chart.search(TYPE, asked, new Page(request, count, cursor), request);
    settle(found.getEntry().stream().map(e -> e.getResource()).toList(), Requests.actor(request));
    return found;
  }

  /** Brings what was kept of alerts to how they stand now. */
  void settle(List<? extends Resource> kept, Actor actor) {
    if (kept.isEmpty()) {
      return;
    }
    List<UUID> keys =
        kept.stream().map(r -> UUID.fromString(r.getIdElement().getIdPart())).toList();
    var states = charts.alertStates(actor, keys);
    var takenBack = charts.takenBack(actor, keys);
    for (Resource alert : kept) {
      UUID key = UUID.fromString(alert.getIdElement().getIdPart());
      settle((CommunicationRequest) alert, states.contains(key), takenBack.contains(key));
    }
  }

  private static CommunicationRequest resource(Charts.Alert alert) {
    var resource = (CommunicationRequest) ChartResources.resource(alert.entry());
    settle(resource, alert.read(), alert.takenBack());
    return resource;
  }

  /**
   * Once all to whom it went have read it, what was asked for is done. What was taken back is shown
   * to nobody.
   */
  private static void settle(CommunicationRequest alert, boolean read, boolean takenBack) {
    if (takenBack) {
      alert.setPayload(null);
      alert.setNote(null);
      alert.setText(null);
      alert.setStatus(CommunicationRequestStatus.ENTEREDINERROR);
    } else if (alert.getStatus() == CommunicationRequestStatus.ACTIVE && read) {
      alert.setStatus(CommunicationRequestStatus.COMPLETED);
    }
  }
}
