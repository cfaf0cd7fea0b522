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
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringOrListParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.UriOrListParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.wardline.audit.AuditContent.Member;
import org.wardline.audit.AuditSearch;
import org.wardline.audit.AuditSearch.Query.Codes;
import org.wardline.audit.AuditSearch.Query.Numbered;
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
public class AuditEventProvider implements ReadProvider {
  static final String IDENTIFIER = "identifier";

  private final Registry registry;
  private final AuditFeed feed;
  private final Keys keys;

  @Inject
  public AuditEventProvider(Registry registry, AuditFeed feed, Keys keys) {
    this.registry = registry;
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
          @Nullable ReferenceOrListParam agent,
      @OptionalParam(
              name = AuditEvent.SP_PATIENT,
              chainWhitelist = {"", IDENTIFIER})
          @Nullable ReferenceOrListParam patient,
      @OptionalParam(
              name = AuditEvent.SP_ENTITY,
              chainWhitelist = {"", IDENTIFIER})
          @Nullable ReferenceOrListParam entity,
      @OptionalParam(name = AuditEvent.SP_ACTION) @Nullable TokenOrListParam action,
      @OptionalParam(name = AuditEvent.SP_TYPE) @Nullable TokenOrListParam type,
      @OptionalParam(name = AuditEvent.SP_SUBTYPE) @Nullable TokenOrListParam subtype,
      @OptionalParam(name = AuditEvent.SP_OUTCOME) @Nullable TokenOrListParam outcome,
      @OptionalParam(name = AuditEvent.SP_ADDRESS) @Nullable StringOrListParam address,
      @OptionalParam(name = AuditEvent.SP_AGENT_NAME) @Nullable StringOrListParam agentName,
      @OptionalParam(name = AuditEvent.SP_AGENT_ROLE) @Nullable TokenOrListParam agentRole,
      @OptionalParam(name = AuditEvent.SP_ALTID) @Nullable TokenOrListParam altId,
      @OptionalParam(name = AuditEvent.SP_ENTITY_NAME) @Nullable StringOrListParam entityName,
      @OptionalParam(name = AuditEvent.SP_ENTITY_ROLE) @Nullable TokenOrListParam entityRole,
      @OptionalParam(name = AuditEvent.SP_ENTITY_TYPE) @Nullable TokenOrListParam entityType,
      @OptionalParam(name = AuditEvent.SP_POLICY) @Nullable UriOrListParam policy,
      @OptionalParam(name = AuditEvent.SP_SITE) @Nullable TokenOrListParam site,
      @OptionalParam(
              name = AuditEvent.SP_SOURCE,
              chainWhitelist = {"", IDENTIFIER})
          @Nullable ReferenceParam source,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    List<UUID> patients = patients(patient, request);
    if (!Requests.references(patient).isEmpty() && patients.isEmpty()) {
      patients = List.of(Requests.NOTHING); // the right is asked for, and the search on record
    }
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
    var query =
        new AuditSearch.Query(
            times,
            Requests.references(agent).stream()
                .map(a -> Requests.named(a) ? token(a)[1] : literal(a))
                .toList(),
            patients,
            Requests.references(entity).stream()
                .filter(e -> !Requests.named(e))
                .map(AuditEventProvider::literal)
                .toList(),
            numbered(entity, request),
            new Codes(
                AuditContents.codes(action, "audit-event-action"),
                AuditContents.codes(type),
                AuditContents.codes(subtype),
                AuditContents.codes(outcome, "audit-event-outcome")),
            contents.all(),
            ChartSearch.ids(id),
            page.cursor());
    return found(query, page, request);
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

  private List<UUID> patients(@Nullable ReferenceOrListParam patient, RequestDetails request) {
    List<UUID> found = new ArrayList<>();
    for (ReferenceParam each : Requests.references(patient)) {
      found.addAll(
          Requests.named(each) ? numbers(each, request) : List.of(Page.uuid(each.getIdPart())));
    }
    return found;
  }

  /** What is meant by a number; null when nothing is. */
  private @Nullable Numbered numbered(
      @Nullable ReferenceOrListParam entity, RequestDetails request) {
    List<ReferenceParam> named =
        Requests.references(entity).stream().filter(Requests::named).toList();
    List<UUID> patients = new ArrayList<>();
    named.forEach(each -> patients.addAll(numbers(each, request)));
    return named.isEmpty()
        ? null
        : new Numbered(
            patients,
            named.stream()
                .map(each -> PostedAuditEvent.entityNumber(token(each)[0], token(each)[1]))
                .toList());
  }

  private List<UUID> numbers(ReferenceParam reference, RequestDetails request) {
    String[] token = token(reference);
    return registry.auditedPatients(
        Requests.actor(request), token[0].isEmpty() ? null : token[0], token[1]);
  }

  /** System, which may be empty, and value. */
  static String[] token(ReferenceParam reference) {
    String text = reference.getValue();
    int bar = text.indexOf('|');
    return new String[] {bar < 0 ? "" : text.substring(0, bar), text.substring(bar + 1)};
  }

  /** {@code Practitioner/…} as given, or the bare identifier of a client. */
  private static String literal(ReferenceParam reference) {
    return reference.getResourceType() == null
        ? String.valueOf(reference.getIdPart())
        : reference.getResourceType() + "/" + reference.getIdPart();
  }

  private static AuditEvent resource(AuditSearch.Found found, RequestDetails request) {
    return KeptResources.auditEvent(found.id().toString(), found.json(), request);
  }
}
