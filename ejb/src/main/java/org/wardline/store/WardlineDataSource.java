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
      "options=" + WardlineDataSource.PLANS,
      // a database machine that vanished says nothing: nobody must wait for it for ever
      "connectTimeout=5",
      "socketTimeout=60",
      "tcpKeepAlive=true",
      "fish.payara.is-connection-validation-required=true",
      "fish.payara.connection-validation-method=custom-validation",
      "fish.payara.validation-classname=org.glassfish.api.jdbc.validation.JDBC40ConnectionValidation",
      "fish.payara.validate-atmost-once-period-in-seconds=5"
    })
@Singleton
public class WardlineDataSource {
  /**
   * Every statement here finds few rows by a key. A plan that was made while a table was small
   * would read all of it for as long as the plan is kept, however large it grew: so plans use
   * indexes from the beginning, and are not compiled.
   */
  static final String PLANS =
      "-c jit=off -c random_page_cost=1.1 -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";
}
