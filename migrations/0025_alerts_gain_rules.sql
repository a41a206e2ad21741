-- A rule that comes later may find what an alert was raised of before: it joins that alert, which is then looked at again.
grant update (rules, severity, raised_at) on supervision_alert to holdfast_app;
