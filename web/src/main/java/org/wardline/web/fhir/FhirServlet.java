package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.PreferReturnEnum;
import ca.uhn.fhir.rest.server.HardcodedServerAddressStrategy;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.wardline.setting.Settings;

/** The FHIR R4 server at {@code /fhir}. */
@WebServlet(value = "/fhir/*", loadOnStartup = 1)
@SuppressWarnings("NullAway.Init")
public class FhirServlet extends RestfulServer {
  private static final long serialVersionUID = 1L;

  @Inject private transient CommunicationProvider communications;
  @Inject private transient CompositionProvider compositions;
  @Inject private transient TranscriptDocuments transcriptDocuments;
  @Inject private transient ProvenanceProvider provenances;
  @Inject private transient PatientProvider patients;
  @Inject private transient PractitionerProvider practitioners;
  @Inject private transient PractitionerRoleProvider practitionerRoles;
  @Inject private transient AuditEventProvider auditEvents;
  @Inject private transient EncounterProvider encounters;
  @Inject private transient ObservationProvider observations;
  @Inject private transient DiagnosticReportProvider reports;
  @Inject private transient ServiceRequestProvider orders;
  @Inject private transient DocumentReferenceProvider documents;
  @Inject private transient BinaryProvider binaries;
  @Inject private transient RawContents rawContents;
  @Inject private transient BodyGuard bodyGuard;
  @Inject private transient AppointmentProvider appointments;
  @Inject private transient CareTeamProvider careTeams;
  @Inject private transient GroupProvider groups;
  @Inject private transient CommunicationRequestProvider alerts;
  @Inject private transient TaskProvider tasks;
  @Inject private transient SubscriptionProvider subscriptions;
  @Inject private transient SearchParameterProvider searchParameters;
  @Inject private transient OrganizationProvider organizations;
  @Inject private transient LocationProvider locations;
  @Inject private transient HealthcareServiceProvider services;
  @Inject private transient DeviceProvider devices;
  @Inject private transient EndpointProvider endpoints;
  @Inject private transient TransactionProvider transactions;
  @Inject private transient EverythingProvider everything;
  @Inject private transient MessageBundleProvider messageBundles;
  @Inject private transient ValidateProvider validation;
  @Inject private transient Profiles profiles;
  @Inject private transient ProfileGuard profileGuard;
  @Inject private transient BulkExportProvider exports;
  @Inject private transient IncludedMessages messages;
  @Inject private transient SmartConfiguration smart;
  @Inject private transient OpenApi openApi;
  @Inject private transient FailedInteractions failed;
  private transient CapabilityProvider capabilities;
  @Inject private transient Settings settings;

  /**
   * HAPI would log what clients sent wrong, values included; {@link FhirFaults} logs what is our
   * own fault.
   */
  private static final List<java.util.logging.Logger> HAPI_FAULTS =
      List.of(
          java.util.logging.Logger.getLogger(
              "ca.uhn.fhir.rest.server.interceptor.ExceptionHandlingInterceptor"),
          java.util.logging.Logger.getLogger(
              "ca.uhn.fhir.interceptor.executor.BaseInterceptorService"));

  public FhirServlet() {
    super(FhirContext.forR4Cached());
  }

  @Override
  protected void initialize() throws ServletException {
    HAPI_FAULTS.forEach(logger -> logger.setLevel(java.util.logging.Level.OFF));
    String origin = settings.text("wardline.web.origins").split(",", 2)[0].strip();
    setServerAddressStrategy(new HardcodedServerAddressStrategy(origin + "/fhir"));
    setDefaultResponseEncoding(EncodingEnum.JSON);
    setDefaultPreferReturn(PreferReturnEnum.MINIMAL);
    getFhirContext().setParserErrorHandler(new Structure());
    setServerName("Wardline");
    setImplementationDescription("Wardline: secure messages, receipts and audit of the hospital");
    setCopyright("Apache-2.0");
    capabilities = new CapabilityProvider(this, profiles);
    setServerConformanceProvider(capabilities);
    List<ReadProvider> providers =
        List.of(
            communications,
            compositions,
            provenances,
            tasks,
            subscriptions,
            patients,
            practitioners,
            practitionerRoles,
            auditEvents,
            encounters,
            observations,
            reports,
            orders,
            documents,
            binaries,
            appointments,
            careTeams,
            groups,
            alerts,
            organizations,
            locations,
            services,
            devices,
            endpoints,
            searchParameters);
    List<IResourceProvider> all = new ArrayList<>(providers);
    all.addAll(validation.of(providers));
    setResourceProviders(all);
    intercept(providers);
    registerProvider(transactions);
    registerProvider(everything);
    registerProvider(messageBundles);
    registerProvider(exports);
  }

  /** What looks at each request and answer, in this order. */
  private void intercept(List<ReadProvider> providers) {
    registerInterceptor(new CompartmentSearches());
    registerInterceptor(rawContents);
    registerInterceptor(transcriptDocuments);
    registerInterceptor(bodyGuard);
    registerInterceptor(profileGuard);
    registerInterceptor(new CountGuard());
    registerInterceptor(new Versions());
    registerInterceptor(new NarrowedRequests());
    registerInterceptor(
        new SearchRequests(providers, new Inclusions(providers, tasks, provenances, messages)));
    registerInterceptor(new PreferredOutcome());
    registerInterceptor(new KeptResources());
    registerInterceptor(new FhirFaults());
    registerInterceptor(failed);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if ("/.well-known/smart-configuration".equals(request.getPathInfo())) {
      smart.write(response);
    } else if ("/openapi.json".equals(request.getPathInfo())) {
      openApi.write(this, capabilities, request, response);
    } else if (!RequestLine.refused(request, response)) {
      boolean cancels =
          "DELETE".equals(request.getMethod()) && "/$export-status".equals(request.getPathInfo());
      var whole = new WholeResponse(response);
      super.service(cancels ? new CancelRequest(request) : request, whole);
      whole.complete();
    }
  }

  /**
   * FHIR Bulk Data Access ends an export by a DELETE of its status, for which the library has no
   * name.
   */
  private static final class CancelRequest extends HttpServletRequestWrapper {
    private CancelRequest(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getMethod() {
      return "POST";
    }

    @Override
    public String getPathInfo() {
      return "/$export-cancel";
    }

    @Override
    public String getRequestURI() {
      return super.getRequestURI().replace("$export-status", "$export-cancel");
    }

    @Override
    public StringBuffer getRequestURL() {
      return new StringBuffer(super.getRequestURL().toString().replace("-status", "-cancel"));
    }
  }
}
