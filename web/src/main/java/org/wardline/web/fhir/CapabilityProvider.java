package org.wardline.web.fhir;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ServerCapabilityStatementProvider;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceSearchParamComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.SystemRestfulInteraction;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.SearchParameter;

/**
 * The CapabilityStatement that HAPI derives from the providers, and what the library does not know
 * of: the profiles that are set, parameters that are looked at once a page is open, what can be
 * given along, and how one signs in.
 */
class CapabilityProvider extends ServerCapabilityStatementProvider {
  private static final String SECURITY_SERVICE =
      "http://terminology.hl7.org/CodeSystem/restful-security-service";

  private final Profiles profiles;

  CapabilityProvider(RestfulServer server, Profiles profiles) {
    super(server);
    setPublisher("Wardline");
    this.profiles = profiles;
  }

  @Override
  public IBaseConformance getServerConformance(HttpServletRequest request, RequestDetails details) {
    IBaseConformance statement = super.getServerConformance(request, details);
    if (statement instanceof CapabilityStatement capabilities) {
      CapabilityStatementRestComponent rest = capabilities.getRestFirstRep();
      rest.getSecurity()
          .setDescription(
              "SMART App Launch and Backend Services; see [base]/.well-known/smart-configuration")
          .addService()
          .addCoding()
          .setSystem(SECURITY_SERVICE)
          .setCode("SMART-on-FHIR");
      boolean batch =
          rest.getInteraction().stream()
              .anyMatch(i -> i.getCode() == SystemRestfulInteraction.BATCH);
      if (!batch) {
        rest.addInteraction().setCode(SystemRestfulInteraction.BATCH);
      }
      rest.getSearchParam().removeIf(p -> p.getName().equals(Page.CURSOR));
      rest.addCompartment(CompartmentSearches.DEFINITION);
      rest.getResource().forEach(this::complete);
    }
    return statement;
  }

  private void complete(CapabilityStatementRestResourceComponent type) {
    String name = type.getType();
    profiles.known().getOrDefault(name, Set.of()).stream()
        .filter(profile -> !type.hasSupportedProfile(profile))
        .forEach(type::addSupportedProfile);
    type.setSearchInclude(null);
    type.setSearchRevInclude(null);
    if (type.hasSearchParam()) {
      parameters(type);
      type.addSearchInclude(name + ":*");
      ResourceFilter.references(name).stream()
          .sorted()
          .forEach(reference -> type.addSearchInclude(name + ":" + reference));
      Inclusions.reverse(name).forEach(type::addSearchRevInclude);
    }
  }

  private static void parameters(CapabilityStatementRestResourceComponent type) {
    type.getSearchParam().removeIf(parameter -> parameter.getName().equals(Page.CURSOR));
    Map<String, SearchParameter> own =
        type.getType().equals("Communication")
            ? SearchParameterProvider.OURS.stream()
                .collect(Collectors.toMap(SearchParameter::getCode, parameter -> parameter))
            : Map.of();
    for (CapabilityStatementRestResourceSearchParamComponent there : type.getSearchParam()) {
      SearchParameter published = own.get(there.getName());
      if (published != null) {
        there.setDefinition(published.getUrl());
        there.setDocumentation(published.getDescription());
      }
    }
    Set<String> named =
        type.getSearchParam().stream()
            .map(CapabilityStatementRestResourceSearchParamComponent::getName)
            .collect(Collectors.toSet());
    SearchTables.beyondColumns(type.getType())
        .filter(parameter -> !named.contains(parameter.getName()))
        .sorted(Comparator.comparing(RuntimeSearchParam::getName))
        .forEach(
            parameter ->
                type.addSearchParam()
                    .setName(parameter.getName())
                    .setType(SearchParamType.fromCode(parameter.getParamType().getCode()))
                    .setDefinition(parameter.getUri())
                    .setDocumentation(parameter.getDescription()));
    if (type.getType().equals("AuditEvent")) { // of IHE, ITI-81
      for (String dotted : List.of("agent", "entity", "patient", "source")) {
        type.addSearchParam()
            .setName(dotted + ".identifier")
            .setType(SearchParamType.TOKEN)
            .setDocumentation("Also written " + dotted + "-identifier");
      }
    }
  }
}
