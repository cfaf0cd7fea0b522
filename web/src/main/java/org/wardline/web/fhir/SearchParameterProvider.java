package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Singleton;
import java.util.List;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.SearchParameter;
import org.jspecify.annotations.Nullable;

/** SearchParameter: the parameters that R4 does not have, published as it asks for. */
@Singleton
public class SearchParameterProvider implements ReadProvider {
  private static final String ROOT = "https://wardline.org/fhir/SearchParameter/";
  static final List<SearchParameter> OURS =
      List.of(
          parameter(
              "Communication-in-response-to",
              "in-response-to",
              SearchParamType.REFERENCE,
              "Communication.inResponseTo",
              "The message that this one answers"),
          parameter(
              "Communication-priority",
              "priority",
              SearchParamType.TOKEN,
              "Communication.priority",
              "routine, urgent, asap or stat"),
          parameter(
              "Communication-topic",
              "topic",
              SearchParamType.STRING,
              "Communication.topic.text",
              "How the topic of the conversation begins"));

  private static SearchParameter parameter(
      String id, String code, SearchParamType type, String expression, String description) {
    var parameter = new SearchParameter();
    parameter.setId(id);
    parameter.setUrl(ROOT + id);
    parameter.setName(id.replace("-", ""));
    parameter.setStatus(PublicationStatus.ACTIVE);
    parameter.setPublisher("Wardline");
    parameter.setDescription(description);
    parameter.setCode(code);
    parameter.addBase("Communication");
    parameter.setType(type);
    parameter.setExpression(expression);
    if (type == SearchParamType.REFERENCE) {
      parameter.addTarget("Communication");
    }
    return parameter;
  }

  @Override
  public Class<SearchParameter> getResourceType() {
    return SearchParameter.class;
  }

  @Override
  @Read(version = true)
  public SearchParameter read(@IdParam IdType id, RequestDetails request) {
    return OURS.stream()
        .filter(p -> p.getIdElement().getIdPart().equals(id.getIdPart()))
        .findFirst()
        .map(SearchParameter::copy)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** All of them, or those of that code. */
  @Search
  public List<SearchParameter> search(
      @OptionalParam(name = SearchParameter.SP_CODE) @Nullable TokenParam code) {
    return OURS.stream()
        .filter(p -> code == null || p.getCode().equals(code.getValue()))
        .map(SearchParameter::copy)
        .toList();
  }
}
