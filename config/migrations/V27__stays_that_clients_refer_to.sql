-- What clients wrote is read through once more: it is found by the stay that it refers to, and by the end of the time that it is about.
update chart_record set coded_version = 0
where visit_number = '' and type in ('Observation', 'DiagnosticReport', 'ServiceRequest', 'CareTeam', 'DocumentReference');
