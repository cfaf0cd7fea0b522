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
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Practitioner;
import org.jspecify.annotations.Nullable;
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

  /** Searches by identifier (user name) or name. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = Practitioner.SP_IDENTIFIER) @Nullable TokenParam identifier,
      @OptionalParam(name = Practitioner.SP_NAME) @Nullable StringParam name,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, null);
    var actor = Requests.actor(request);
    List<org.wardline.directory.Practitioner> found =
        identifier != null
            ? registry.practitionerByUsername(actor, identifier.getValue(), page.asked()).stream()
                .toList()
            : registry.practitioners(
                actor, name == null ? "" : name.getValue(), page.limit(), page.asked());
    return page.bundle(
        found.stream().map(p -> DirectoryResources.practitioner(p, "")).toList(),
        Date.from(keys.now()));
  }
}
