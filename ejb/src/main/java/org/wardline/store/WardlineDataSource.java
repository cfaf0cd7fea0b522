package org.wardline.store;

import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.ejb.Singleton;

/**
 * The pool of the application's role. Its settings come from the server's MicroProfile Config when
 * the archive is deployed; the password from the server's folder of secrets, where a file named
 * {@code wardline.db.password} holds it.
 */
@DataSourceDefinition(
    name = "java:app/jdbc/wardline",
    className = "org.postgresql.ds.PGSimpleDataSource",
    url = "${MPCONFIG=wardline.db.url}",
    user = "${MPCONFIG=wardline.db.user}",
    password = "${MPCONFIG=wardline.db.password}",
    minPoolSize = 2,
    maxPoolSize = 32,
    properties = {
      "fish.payara.is-connection-validation-required=true",
      "fish.payara.connection-validation-method=custom-validation",
      "fish.payara.validation-classname=org.glassfish.api.jdbc.validation.JDBC40ConnectionValidation",
      "fish.payara.validate-atmost-once-period-in-seconds=5"
    })
@Singleton
public class WardlineDataSource {}
