package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.wardline.audit.AuditSearch;
import org.wardline.reading.Registry;
import org.wardline.store.Keys;

/**
 * AuditEvent: the audit trail, for reading only; no client can write, change or delete a record.
 */
@Singleton
public class AuditEventProvider implements IResourceProvider {
  private final Registry registry;
  private final Keys keys;

  @Inject
  public AuditEventProvider(Registry registry, Keys keys) {
    this.registry = registry;
    this.keys = keys;
  }

  @Override
  public Class<AuditEvent> getResourceType() {
    return AuditEvent.class;
  }

  @Read
  public AuditEvent read(@IdParam IdType id, RequestDetails request) {
    return registry
        .auditEvent(Requests.actor(request), Requests.id(id))
        .map(AuditEventProvider::parsed)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Searches, newest first (ITI-81). */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = AuditEvent.SP_DATE) @Nullable DateRangeParam date,
      @OptionalParam(name = AuditEvent.SP_AGENT) @Nullable ReferenceParam agent,
      @OptionalParam(name = AuditEvent.SP_PATIENT) @Nullable ReferenceParam patient,
      @OptionalParam(name = AuditEvent.SP_ENTITY) @Nullable ReferenceParam entity,
      @OptionalParam(name = AuditEvent.SP_ACTION) @Nullable TokenParam action,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    var query =
        new AuditSearch.Query(
            Requests.from(date),
            Requests.until(date),
            agent == null ? null : literal(agent),
            patient == null ? null : Page.uuid(patient.getIdPart()),
            entity == null ? null : literal(entity),
            action == null ? null : action.getValue(),
            page.cursor());
    var found =
        registry.auditEvents(Requests.actor(request), query, page.limit(), page.asked()).stream()
            .map(AuditEventProvider::parsed)
            .toList();
    return page.bundle(found, Date.from(keys.now()));
  }

  /** {@code Practitioner/…} as given, or the bare identifier of a client. */
  private static String literal(ReferenceParam reference) {
    return reference.getResourceType() == null
        ? String.valueOf(reference.getIdPart())
        : reference.getResourceType() + "/" + reference.getIdPart();
  }

  private static AuditEvent parsed(AuditSearch.Found found) {
    return FhirContext.forR4Cached().newJsonParser().parseResource(AuditEvent.class, found.json());
  }
}
