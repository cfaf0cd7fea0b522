/** The database: data source, migrations, statements. */
@NullMarked
package org.wardline.store;

import org.jspecify.annotations.NullMarked;
