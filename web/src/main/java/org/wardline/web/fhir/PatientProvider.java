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
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;
import org.wardline.patient.Patients;
import org.wardline.reading.Registry;
import org.wardline.store.Keys;

/** Patient: the patient index. */
@Singleton
public class PatientProvider implements ReadProvider {
  private final Registry registry;
  private final ResourceWriter writer;
  private final Keys keys;

  @Inject
  public PatientProvider(Registry registry, ResourceWriter writer, Keys keys) {
    this.registry = registry;
    this.writer = writer;
    this.keys = keys;
  }

  @Override
  public Class<Patient> getResourceType() {
    return Patient.class;
  }

  @Override
  @Read(version = true)
  public Patient read(@IdParam IdType id, RequestDetails request) {
    return registry
        .patient(Requests.actor(request), Requests.id(id))
        .map(DirectoryResources::patient)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Keeps a patient; one whose number is known is that patient. */
  @Create
  public MethodOutcome create(
      @ResourceParam Patient posted,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.create(posted, condition, request);
  }

  @Update
  public MethodOutcome update(
      @ResourceParam Patient posted,
      @IdParam @Nullable IdType id,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    return writer.update(posted, id, condition, request);
  }

  /** Searches by identifier, name and birth date. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = Patient.SP_IDENTIFIER) @Nullable TokenParam identifier,
      @OptionalParam(name = Patient.SP_NAME) @Nullable StringParam name,
      @OptionalParam(name = Patient.SP_BIRTHDATE) @Nullable DateParam birthDate,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    if (birthDate != null
        && birthDate.getPrefix() != null
        && birthDate.getPrefix() != ca.uhn.fhir.rest.param.ParamPrefixEnum.EQUAL) {
      throw new InvalidRequestException("birthdate is searched without prefix.");
    }
    String system =
        identifier == null || identifier.getSystem() == null || identifier.getSystem().isEmpty()
            ? null
            : identifier.getSystem();
    var query =
        new Patients.Query(
            name == null ? null : clean(name.getValue()),
            system,
            identifier == null ? null : clean(identifier.getValue()),
            birthDate == null ? null : birthDate.getValueAsString(),
            page.cursor());
    var found =
        registry.patients(Requests.actor(request), query, page.limit(), page.asked()).stream()
            .map(DirectoryResources::patient)
            .toList();
    return page.bundle(found, Date.from(keys.now()));
  }

  private static String clean(@Nullable String text) {
    return text == null ? "" : text.replace("\0", "");
  }
}
