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
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Practitioner;
import org.jspecify.annotations.Nullable;
import org.wardline.directory.People;
import org.wardline.directory.People.Query.StaffNumber;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.Actor;
import org.wardline.message.BusinessIdentifier;
import org.wardline.reading.Registry;
import org.wardline.store.Keys;

/** Practitioner: the people of the hospital. */
@Singleton
public class PractitionerProvider implements ReadProvider {
  private final Registry registry;
  private final ResourceWriter writer;
  private final Keys keys;

  @Inject
  public PractitionerProvider(Registry registry, ResourceWriter writer, Keys keys) {
    this.registry = registry;
    this.writer = writer;
    this.keys = keys;
  }

  @Override
  public Class<Practitioner> getResourceType() {
    return Practitioner.class;
  }

  @Override
  @Read(version = true)
  public Practitioner read(@IdParam IdType id, RequestDetails request) {
    var actor = Requests.actor(request);
    return registry
        .practitioner(actor, Requests.id(id))
        .map(
            person ->
                DirectoryResources.practitioner(person, registry.described(actor, person.id())))
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Keeps somebody of the hospital's directory; he is written to once he can sign in. */
  @Create
  public MethodOutcome create(
      @ResourceParam Practitioner posted,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.create(posted, condition, request);
  }

  /** A page of people: by user name or a number of another system, or by words of the name. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = Practitioner.SP_IDENTIFIER) @Nullable TokenParam identifier,
      @OptionalParam(name = Practitioner.SP_NAME) @Nullable StringParam name,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    People.Query named =
        identifier == null
            ? new People.Query(List.of(), "", null, null, null)
            : named(Requests.name(identifier.getSystem(), identifier.getValue()));
    var query =
        new People.Query(
            ChartSearch.ids(ids),
            name == null ? "" : name.getValue(),
            named.username(),
            named.number(),
            page.cursor());
    Actor actor = Requests.actor(request);
    List<org.wardline.directory.Practitioner> people =
        registry.practitioners(actor, query, page.limit(), page.asked());
    Map<UUID, String> described =
        registry.described(
            actor, people.stream().map(org.wardline.directory.Practitioner::id).toList());
    return page.bundle(
        people.stream()
            .map(p -> DirectoryResources.practitioner(p, described.getOrDefault(p.id(), "")))
            .toList(),
        Date.from(keys.now()));
  }

  /** By user name, or by a number of another system; without a system, by either. */
  static People.Query named(BusinessIdentifier name) {
    boolean own = name.system().equals(Systems.USERNAME);
    String system = name.system().isEmpty() ? null : name.system();
    return new People.Query(
        List.of(),
        "",
        own ? name.value() : null,
        own ? null : new StaffNumber(system, name.value()),
        null);
  }
}
