package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceAndListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringAndListParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenAndListParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.UriAndListParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.wardline.audit.AuditContent.Member;
import org.wardline.audit.AuditSearch;
import org.wardline.audit.AuditSearch.Query.Names;
import org.wardline.audit.AuditSearch.Query.Times;
import org.wardline.intake.fhir.AuditFeed;
import org.wardline.intake.fhir.AuditFeed.Fed;
import org.wardline.mapping.fhir.PostedAuditEvent;
import org.wardline.message.Actor;
import org.wardline.reading.Registry;
import org.wardline.store.Keys;

/**
 * AuditEvent: the audit trail. Other systems feed theirs into it (ITI-20); nobody can change or
 * delete a record.
 */
@Singleton
@SuppressWarnings("NullAway.Init")
public class AuditEventProvider implements ReadProvider {
  static final String IDENTIFIER = "identifier";

  private final AuditFeed feed;
  private final Keys keys;

  @EJB private Registry registry; // not @Inject: see docs/performance.md

  @Inject
  public AuditEventProvider(AuditFeed feed, Keys keys) {
    this.feed = feed;
    this.keys = keys;
  }

  @Override
  public Class<AuditEvent> getResourceType() {
    return AuditEvent.class;
  }

  @Override
  @Read(version = true)
  public AuditEvent read(@IdParam IdType id, RequestDetails request) {
    return registry
        .auditEvent(Requests.actor(request), Requests.id(id))
        .map(found -> resource(found, request))
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Takes a record of another system (ITI-20). */
  @Create
  public MethodOutcome create(@ResourceParam AuditEvent posted, RequestDetails request) {
    Fed fed = take(posted, Requests.actor(request));
    return new MethodOutcome(new IdType("AuditEvent", fed.id().toString()), fed.created());
  }

  Fed take(AuditEvent posted, Actor actor) {
    feed.permit(actor);
    return feed.take(actor, PostedAuditEvent.read(posted, actor.identifier()));
  }

  /** Searches, newest first (ITI-81, whose dotted names are chains here). */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam id,
      @OptionalParam(name = AuditEvent.SP_DATE) @Nullable DateRangeParam date,
      @OptionalParam(name = "_lastUpdated") @Nullable DateRangeParam updated,
      @OptionalParam(
              name = AuditEvent.SP_AGENT,
              chainWhitelist = {"", IDENTIFIER})
          @Nullable ReferenceAndListParam agent,
      @OptionalParam(
              name = AuditEvent.SP_PATIENT,
              chainWhitelist = {"", IDENTIFIER})
          @Nullable ReferenceAndListParam patient,
      @OptionalParam(
              name = AuditEvent.SP_ENTITY,
              chainWhitelist = {"", IDENTIFIER})
          @Nullable ReferenceAndListParam entity,
      @OptionalParam(name = AuditEvent.SP_ACTION) @Nullable TokenAndListParam action,
      @OptionalParam(name = AuditEvent.SP_TYPE) @Nullable TokenAndListParam type,
      @OptionalParam(name = AuditEvent.SP_SUBTYPE) @Nullable TokenAndListParam subtype,
      @OptionalParam(name = AuditEvent.SP_OUTCOME) @Nullable TokenAndListParam outcome,
      @OptionalParam(name = AuditEvent.SP_ADDRESS) @Nullable StringAndListParam address,
      @OptionalParam(name = AuditEvent.SP_AGENT_NAME) @Nullable StringAndListParam agentName,
      @OptionalParam(name = AuditEvent.SP_AGENT_ROLE) @Nullable TokenAndListParam agentRole,
      @OptionalParam(name = AuditEvent.SP_ALTID) @Nullable TokenAndListParam altId,
      @OptionalParam(name = AuditEvent.SP_ENTITY_NAME) @Nullable StringAndListParam entityName,
      @OptionalParam(name = AuditEvent.SP_ENTITY_ROLE) @Nullable TokenAndListParam entityRole,
      @OptionalParam(name = AuditEvent.SP_ENTITY_TYPE) @Nullable TokenAndListParam entityType,
      @OptionalParam(name = AuditEvent.SP_POLICY) @Nullable UriAndListParam policy,
      @OptionalParam(name = AuditEvent.SP_SITE) @Nullable TokenAndListParam site,
      @OptionalParam(
              name = AuditEvent.SP_SOURCE,
              chainWhitelist = {"", IDENTIFIER})
          @Nullable ReferenceParam source,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    AuditContents contents =
        new AuditContents()
            .systems(Member.TYPE, type)
            .systems(Member.SUBTYPE, subtype)
            .add(Member.ADDRESS, address)
            .add(Member.AGENT_NAME, agentName)
            .add(Member.AGENT_ROLE, agentRole)
            .add(Member.ALT_ID, altId)
            .add(Member.ENTITY_NAME, entityName)
            .add(Member.ENTITY_ROLE, entityRole)
            .add(Member.ENTITY_TYPE, entityType)
            .add(Member.POLICY, policy)
            .add(Member.SITE, site)
            .source(source)
            .missing(SearchExtras.of(request).missing());
    Times times = AuditContents.times(Requests.span(date), Requests.span(updated));
    if (contents.dear() && id == null && times.from() == null && times.until() == null) {
      throw new InvalidRequestException(
          "Each record is looked into for this: a date is needed, such as date=ge2026-01-01.");
    }
    List<Names> names =
        new AuditNames(agent, patient, entity, action, type, subtype, outcome)
            .all(number -> numbers(number, request));
    Names first = names.get(0);
    var query =
        new AuditSearch.Query(
            times,
            first.agents(),
            first.patients(),
            first.entities(),
            first.numbered(),
            first.codes(),
            contents.all(),
            ChartSearch.ids(id),
            page.cursor());
    return found(query.and(names.subList(1, names.size())), page, request);
  }

  private Bundle found(AuditSearch.Query asked, Page page, RequestDetails request) {
    Actor actor = Requests.actor(request);
    SearchExtras extras = SearchExtras.of(request);
    boolean total = extras.total();
    boolean newest = extras.sort() == null || extras.sort().startsWith("-");
    AuditSearch.Query query = newest ? asked : asked.oldestFirst();
    if (total && !query.bounded()) {
      throw new InvalidRequestException(
          "All records would be counted: a date, a patient, an entity or an agent is needed.");
    }
    var found =
        registry.auditEvents(actor, query, page.limit(), page.asked()).stream()
            .map(record -> resource(record, request))
            .toList();
    Bundle bundle = page.bundle(found, Date.from(keys.now()));
    if (total) {
      bundle.setTotal((int) registry.countAuditEvents(actor, query));
    }
    return bundle;
  }

  private List<UUID> numbers(ReferenceParam reference, RequestDetails request) {
    String[] token = AuditNames.token(reference);
    return registry.auditedPatients(
        Requests.actor(request), token[0].isEmpty() ? null : token[0], token[1]);
  }

  private static AuditEvent resource(AuditSearch.Found found, RequestDetails request) {
    return KeptResources.auditEvent(found.id().toString(), found.json(), request);
  }
}
