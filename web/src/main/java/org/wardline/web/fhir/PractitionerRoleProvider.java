package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.ConditionalUrlParam;
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
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.jspecify.annotations.Nullable;
import org.wardline.directory.Duties;
import org.wardline.directory.OnCallRoles.OnCallRole;
import org.wardline.message.Actor;
import org.wardline.reading.Charts;
import org.wardline.reading.OnCallDirectory;
import org.wardline.reading.Registry;
import org.wardline.store.Keys;

/**
 * PractitionerRole: who holds or held an on-call role, and the standing of an author at the moment
 * of his message.
 */
@Singleton
public class PractitionerRoleProvider implements ReadProvider {
  private final Registry registry;
  private final Charts charts;
  private final OnCallDirectory directory;
  private final ResourceWriter writer;
  private final Keys keys;

  @Inject
  public PractitionerRoleProvider(
      Registry registry,
      OnCallDirectory directory,
      Charts charts,
      ResourceWriter writer,
      Keys keys) {
    this.registry = registry;
    this.directory = directory;
    this.keys = keys;
    this.charts = charts;
    this.writer = writer;
  }

  @Override
  public Class<PractitionerRole> getResourceType() {
    return PractitionerRole.class;
  }

  @Override
  @Read(version = true)
  public PractitionerRole read(@IdParam IdType id, RequestDetails request) {
    var actor = Requests.actor(request);
    return registry
        .practitionerRole(actor, Requests.id(id))
        .map(DirectoryResources::role)
        .or(() -> directory.duty(actor, Requests.id(id)).map(OnCallResources::duty))
        .or(
            () ->
                charts
                    .read(actor, "PractitionerRole", Requests.id(id))
                    .map(entry -> (PractitionerRole) ChartResources.resource(entry)))
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Keeps what the hospital's directory tells of somebody's role. */
  @Create
  public MethodOutcome create(
      @ResourceParam PractitionerRole posted,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.create(posted, condition, request);
  }

  /** Who is or was on duty: a page, in the order of the beginnings. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(
              name = PractitionerRole.SP_PRACTITIONER,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam practitioner,
      @OptionalParam(
              name = PractitionerRole.SP_SERVICE,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam service,
      @OptionalParam(name = PractitionerRole.SP_DATE) @Nullable DateRangeParam date,
      @OptionalParam(name = PractitionerRole.SP_ACTIVE) @Nullable TokenParam active,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    Actor actor = Requests.actor(request);
    List<UUID> people =
        Requests.keys(
            practitioner,
            name ->
                registry
                    .practitioners(actor, PractitionerProvider.named(name), Page.MOST, page.asked())
                    .stream()
                    .map(person -> person.id())
                    .toList());
    List<UUID> services =
        Requests.keys(
            service,
            name ->
                directory
                    .services(
                        actor,
                        new OnCallDirectory.Query(
                            List.of(), OnCallResources.code(name), null, null),
                        1,
                        page.asked())
                    .stream()
                    .map(OnCallRole::id)
                    .toList());
    boolean nobody =
        (practitioner != null && people.isEmpty()) || (service != null && services.isEmpty());
    List<UUID> wanted = nobody ? List.of(Requests.NOTHING) : ChartSearch.ids(ids);
    var query =
        new Duties.Query(
            wanted,
            people,
            services,
            Requests.from(date),
            Requests.until(date),
            active == null ? null : "true".equals(active.getValue()),
            page.cursor());
    List<PractitionerRole> found =
        directory.duties(actor, query, page.limit(), page.asked()).stream()
            .map(OnCallResources::duty)
            .toList();
    return page.bundle(found, Date.from(keys.now()));
  }
}
