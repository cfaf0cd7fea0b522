package org.wardline.web.fhir;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
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
import ca.uhn.fhir.rest.param.DateAndListParam;
import ca.uhn.fhir.rest.param.DateOrListParam;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import ca.uhn.fhir.rest.param.StringOrListParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;
import org.wardline.patient.Patients;
import org.wardline.patient.Patients.Born;
import org.wardline.patient.Patients.Bound;
import org.wardline.patient.Patients.Match;
import org.wardline.patient.Patients.Name;
import org.wardline.reading.Registry;
import org.wardline.store.Keys;

/** Patient: the patient index. */
@Singleton
public class PatientProvider implements ReadProvider {
  private static final int MOST_WORDS = 20;
  private static final Set<String> ACTIVE = Set.of("active", "active:not", "active:missing");

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

  /** A page, in the order of the keys. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = Patient.SP_IDENTIFIER) @Nullable TokenOrListParam identifier,
      @OptionalParam(name = Patient.SP_NAME) @Nullable StringOrListParam name,
      @OptionalParam(name = Patient.SP_FAMILY) @Nullable StringOrListParam family,
      @OptionalParam(name = Patient.SP_GIVEN) @Nullable StringOrListParam given,
      @OptionalParam(name = Patient.SP_BIRTHDATE) @Nullable DateAndListParam born,
      @OptionalParam(name = Patient.SP_GENDER) @Nullable TokenOrListParam gender,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    var query =
        new Patients.Query(
            ChartSearch.ids(ids),
            Stream.of(name(true, name), name(false, family), name(false, given))
                .flatMap(Optional::stream)
                .toList(),
            numbers(identifier),
            born(born),
            Requests.code(gender).any(),
            ids != null
                || SearchExtras.of(request).filters().keySet().stream().anyMatch(ACTIVE::contains),
            page.cursor());
    var found =
        registry.patients(Requests.actor(request), query, page.limit(), page.asked()).stream()
            .map(DirectoryResources::patient)
            .toList();
    return page.bundle(found, Date.from(keys.now()));
  }

  /** A parameter without a value asks for nothing. */
  private static Optional<Name> name(boolean words, @Nullable StringOrListParam texts) {
    if (texts == null) {
      return Optional.empty();
    }
    List<StringParam> all =
        texts.getValuesAsQueryTokens().stream()
            .filter(t -> !t.getValueNotNull().isBlank())
            .toList();
    Match match =
        all.stream().anyMatch(StringParam::isExact)
            ? Match.EXACT
            : all.stream().anyMatch(StringParam::isContains) ? Match.CONTAINS : Match.BEGINS;
    long named =
        all.stream().mapToLong(text -> text.getValue().strip().split("[\\s,]+", -1).length).sum();
    if (named > MOST_WORDS) {
      throw new InvalidRequestException(
          "A search names at most " + MOST_WORDS + " words of names.");
    }
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Name(
                match,
                words && match == Match.BEGINS,
                all.stream().map(StringParam::getValue).toList()));
  }

  private static List<Patients.Identifier> numbers(@Nullable TokenOrListParam identifiers) {
    if (identifiers == null) {
      return List.of();
    }
    List<Patients.Identifier> numbers = new ArrayList<>();
    for (TokenParam each : identifiers.getValuesAsQueryTokens()) {
      String value = ChartSearch.value(each);
      if (value == null || value.isEmpty()) {
        throw new InvalidRequestException("identifier names a number, not a system alone.");
      }
      numbers.add(new Patients.Identifier(ChartSearch.system(each), value));
    }
    return numbers;
  }

  private static List<Born> born(@Nullable DateAndListParam dates) {
    return dates == null
        ? List.of()
        : dates.getValuesAsQueryTokens().stream().map(PatientProvider::born).toList();
  }

  private static Born born(DateOrListParam alternatives) {
    List<DateParam> all = alternatives.getValuesAsQueryTokens();
    DateParam date = all.get(0);
    if (all.size() > 1 || date.getPrecision().compareTo(TemporalPrecisionEnum.DAY) > 0) {
      throw new InvalidRequestException("birthdate is one year, month or day.");
    }
    Bound bound =
        switch (date.getPrefix() == null ? ParamPrefixEnum.EQUAL : date.getPrefix()) {
          case EQUAL -> Bound.ON;
          case LESSTHAN, ENDS_BEFORE -> Bound.BEFORE;
          case LESSTHAN_OR_EQUALS -> Bound.UNTIL;
          case GREATERTHAN_OR_EQUALS -> Bound.SINCE;
          case GREATERTHAN, STARTS_AFTER -> Bound.AFTER;
          case NOT_EQUAL, APPROXIMATE ->
              throw new InvalidRequestException("birthdate has no such prefix here.");
        };
    return new Born(bound, date.getValueAsString());
  }
}
