package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.ConditionalUrlParam;
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
import ca.uhn.fhir.rest.param.ReferenceAndListParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.CommunicationRequest.CommunicationRequestStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.alert.Alerts;
import org.wardline.chart.Chart.Entry;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.mapping.fhir.PostedAlert;
import org.wardline.mapping.fhir.PostedCommunication;
import org.wardline.mapping.fhir.PostedResources;
import org.wardline.message.Actor;
import org.wardline.reading.AlertRequests;
import org.wardline.reading.AlertRequests.Standing;
import org.wardline.reading.ChangeOrder;
import org.wardline.reading.MessageQuery;
import org.wardline.reading.MessageQuery.Links;
import org.wardline.store.Keys;

/** CommunicationRequest: alerts of other systems (IHE mACM, ITI-84 and ITI-85). */
@Singleton
public class CommunicationRequestProvider extends ChangeProvider {
  private static final String TYPE = "CommunicationRequest";

  private final Alerts alerts;
  private final PostedDrafts drafts;
  private final AlertRequests requests;
  private final ChartSearch chart;
  private final Keys keys;

  @Inject
  public CommunicationRequestProvider(
      Alerts alerts, PostedDrafts drafts, AlertRequests requests, ChartSearch chart, Keys keys) {
    this.alerts = alerts;
    this.drafts = drafts;
    this.requests = requests;
    this.chart = chart;
    this.keys = keys;
  }

  @Override
  public Class<CommunicationRequest> getResourceType() {
    return CommunicationRequest.class;
  }

  /**
   * Raises an alert; its id is that of the message it becomes. With {@code If-None-Exist} of an
   * identifier that it carries, at most once, as without.
   */
  @Create
  public MethodOutcome create(
      @ResourceParam CommunicationRequest posted,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    Actor actor = Requests.actor(request);
    alerts.permitReporter(actor);
    PostedCommunication read = PostedAlert.message(posted, keys.now());
    PostedDrafts.carries(read, condition);
    Optional<Submitted> before =
        PostedDrafts.toGroup(read) ? alerts.before(actor, read.identifiers()) : Optional.empty();
    Submitted sent =
        before.orElseGet(
            () ->
                alerts.raise(
                    actor, drafts.draft(actor, read), id -> PostedResources.chart(posted, id)));
    var outcome =
        new MethodOutcome(new IdType(TYPE, sent.messageId().toString(), "1"), !sent.repeated());
    if (Requests.wantsRepresentation(request) && Requests.reads(actor, TYPE)) {
      requests
          .read(actor, sent.messageId())
          .map(CommunicationRequestProvider::resource)
          .ifPresent(outcome::setResource);
    }
    return outcome;
  }

  @Override
  @Read(version = true)
  public CommunicationRequest read(@IdParam IdType id, RequestDetails request) {
    return requests
        .read(Requests.actor(request), Requests.id(id))
        .map(CommunicationRequestProvider::resource)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Withdraws an alert: nothing else of it can be changed. */
  @Update
  public MethodOutcome update(
      @ResourceParam CommunicationRequest posted, @IdParam IdType id, RequestDetails request) {
    Actor actor = Requests.actor(request);
    UUID key = Requests.id(id);
    AlertRequests.Alert alert =
        requests.read(actor, key).orElseThrow(() -> new ResourceNotFoundException(id));
    if (posted.getStatus() != CommunicationRequestStatus.REVOKED) {
      throw new UnprocessableEntityException(
          "CommunicationRequest.status: an alert can only be withdrawn (revoked).");
    }
    Requests.match(request, resource(alert));
    alerts.withdraw(actor, key, alert.conversation(), alert.entry().patient());
    CommunicationRequest now =
        requests
            .read(actor, key)
            .map(CommunicationRequestProvider::resource)
            .orElseThrow(() -> new ResourceNotFoundException(id));
    var outcome =
        new MethodOutcome(new IdType(TYPE, key.toString(), now.getMeta().getVersionId()), false);
    if (Requests.wantsRepresentation(request)) {
      outcome.setResource(now);
    }
    return outcome;
  }

  @Override
  MethodOutcome change(Resource changed, IdType id, RequestDetails request) {
    return update((CommunicationRequest) changed, id, request);
  }

  /** A page, the newest first. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = "_lastUpdated") @Nullable DateRangeParam updated,
      @OptionalParam(
              name = CommunicationRequest.SP_PATIENT,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam patient,
      @OptionalParam(
              name = CommunicationRequest.SP_SUBJECT,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam subject,
      @OptionalParam(
              name = CommunicationRequest.SP_RECIPIENT,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceAndListParam recipient,
      @OptionalParam(name = CommunicationRequest.SP_IDENTIFIER)
          @Nullable TokenOrListParam identifier,
      @OptionalParam(name = CommunicationRequest.SP_STATUS) @Nullable TokenOrListParam status,
      @OptionalParam(name = CommunicationRequest.SP_CATEGORY) @Nullable TokenOrListParam category,
      @OptionalParam(name = CommunicationRequest.SP_PRIORITY) @Nullable TokenOrListParam priority,
      @OptionalParam(name = CommunicationRequest.SP_AUTHORED) @Nullable DateRangeParam authored,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    SearchExtras extras = SearchExtras.of(request);
    Actor actor = Requests.actor(request);
    ReferenceOrListParam about = patient == null ? subject : patient;
    List<UUID> patients = chart.patients(TYPE, about, request);
    List<List<String>> recipients =
        Requests.partiesOfEach(
            recipient, "Practitioner", called -> requests.partiesNamed(actor, called));
    boolean nobody =
        (about != null && patients.isEmpty()) || recipients.contains(List.<String>of());
    MessageQuery query =
        MessageQuery.any()
            .ids(extras.nothing() || nobody ? List.of(Requests.NOTHING) : ChartSearch.ids(ids))
            .patients(patients)
            .toEach(recipients)
            .sent(Requests.span(authored))
            .changed(Requests.span(updated))
            .identifiers(Requests.identifiers(identifier))
            .codes(Requests.codes(status, category, priority))
            .links(
                new Links(
                    List.of(), List.of(), Map.of(), extras.missing(true), extras.missing(false)))
            .oldestFirst("authored".equals(extras.sort()) || "_id".equals(extras.sort()))
            .after(page.cursor())
            .build();
    Bundle bundle = page(query, page, actor);
    if (extras.total() && extras.filters().isEmpty()) {
      bundle.setTotal((int) requests.count(actor, query));
    }
    return bundle;
  }

  /** By themselves, or in the order of changes. */
  private Bundle page(MessageQuery query, Page page, Actor actor) {
    Date now = Date.from(keys.now());
    ChangeOrder order = page.byChange();
    if (order == null) {
      return page.bundle(
          settled(requests.find(actor, query, page.limit(), page.asked()), actor), now);
    }
    CommunicationPages.requireFew(query, keys.now());
    AlertRequests.Changes found = requests.find(actor, query, order, page.limit(), page.asked());
    return page.bundle(
        settled(found.alerts(), actor), now, last -> ChangeCursor.after(last, found.places()));
  }

  private List<Resource> settled(List<Entry> alerts, Actor actor) {
    List<Resource> found = new ArrayList<>();
    alerts.stream().map(ChartResources::resource).forEach(found::add);
    settle(found, actor);
    return found;
  }

  /** Brings what a search found of alerts to how they stand now. */
  void settle(List<? extends Resource> kept, Actor actor) {
    if (kept.isEmpty()) {
      return;
    }
    List<UUID> keys =
        kept.stream().map(r -> UUID.fromString(r.getIdElement().getIdPart())).toList();
    Map<UUID, Standing> standings = requests.standings(actor, 's', keys);
    for (Resource alert : kept) {
      UUID key = UUID.fromString(alert.getIdElement().getIdPart());
      settle((CommunicationRequest) alert, Objects.requireNonNull(standings.get(key)));
    }
  }

  private static CommunicationRequest resource(AlertRequests.Alert alert) {
    var resource = (CommunicationRequest) ChartResources.resource(alert.entry());
    settle(resource, alert.standing());
    return resource;
  }

  /**
   * Once it was acknowledged, what was asked for is done. What was taken back is shown to nobody.
   * Each receipt that changed what is known of it made another version.
   */
  private static void settle(CommunicationRequest alert, Standing standing) {
    if (standing.takenBack()) {
      alert.setPayload(null);
      alert.setNote(null);
      alert.setText(null);
      alert.setStatus(CommunicationRequestStatus.ENTEREDINERROR);
    } else if (alert.getStatus() == CommunicationRequestStatus.ACTIVE && standing.answered()) {
      alert.setStatus(CommunicationRequestStatus.COMPLETED);
    }
    int version = Integer.parseInt(alert.getMeta().getVersionId()) + standing.steps();
    alert.getMeta().setVersionId(String.valueOf(version));
    Instant changed = standing.changedAt();
    if (changed != null && changed.isAfter(alert.getMeta().getLastUpdated().toInstant())) {
      alert.getMeta().setLastUpdated(Date.from(changed));
    }
  }
}
